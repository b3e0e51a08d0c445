// How many ties of each kind there are: a common kind says less. Each is read from the store's own counts.
MATCH ()-[r:SUSPECT_IN]->() RETURN 'SUSPECT_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:VICTIM_IN]->() RETURN 'VICTIM_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:WITNESS_IN]->() RETURN 'WITNESS_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:REPORTED]->() RETURN 'REPORTED' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:FOUND]->() RETURN 'FOUND' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:LAST_SEEN_WITH]->() RETURN 'LAST_SEEN_WITH' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:NAMED_IN]->() RETURN 'NAMED_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:NEXT_OF_KIN_IN]->() RETURN 'NEXT_OF_KIN_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:CARER_IN]->() RETURN 'CARER_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:LANDLORD_IN]->() RETURN 'LANDLORD_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:SUBJECT_OF]->() RETURN 'SUBJECT_OF' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:INVOLVED_IN]->() RETURN 'INVOLVED_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:DECEASED_IN]->() RETURN 'DECEASED_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:ATTENDED_PROFESSIONALLY]->() RETURN 'ATTENDED_PROFESSIONALLY' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:LIVES_AT]->() RETURN 'LIVES_AT' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:STAYED_AT]->() RETURN 'STAYED_AT' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:WORKS_AT]->() RETURN 'WORKS_AT' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:CARED_FOR_AT]->() RETURN 'CARED_FOR_AT' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:FREQUENTS]->() RETURN 'FREQUENTS' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:RESPONDENT_TO]->() RETURN 'RESPONDENT_TO' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:PROTECTS]->() RETURN 'PROTECTS' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:USES]->() RETURN 'USES' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:RELATED_TO]->() RETURN 'RELATED_TO' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:OCCURRED_AT]->() RETURN 'OCCURRED_AT' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:DIED_IN]->() RETURN 'DIED_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:SAME_EVENT]->() RETURN 'SAME_EVENT' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:LINKED_BY_FORCE]->() RETURN 'LINKED_BY_FORCE' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:BREACHES]->() RETURN 'BREACHES' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:EXCLUDES_FROM]->() RETURN 'EXCLUDES_FROM' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:USED_IN]->() RETURN 'USED_IN' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:MENTIONS]->() RETURN 'MENTIONS' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:PROVIDES_FOR]->() RETURN 'PROVIDES_FOR' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:EMPLOYS]->() RETURN 'EMPLOYS' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:LETS_TO]->() RETURN 'LETS_TO' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:COMPLAINED_OF]->() RETURN 'COMPLAINED_OF' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:CONCERNED_WITH]->() RETURN 'CONCERNED_WITH' AS kind, count(r) AS n
UNION ALL
MATCH ()-[r:REFERRED]->() RETURN 'REFERRED' AS kind, count(r) AS n

-- KNOWS says no more than that; most pairs have it beside a closer one, and both are kept. A parent's edge starts at
-- the parent (the one child with an age, 12, is at its end). KNOWS_PHONE (there is a call) and KNOWS both become
-- associate: for 116 pairs the second row says what the first said, and is counted as unchanged.
SELECT edge.":START_ID" AS person_ref,
       edge.":END_ID" AS other_ref,
       coalesce(word.relation, edge.relation) AS relation,
       edge._file,
       edge._line
FROM (SELECT ":START_ID", ":END_ID", ":TYPE" AS relation, _file, _line FROM edges('KNOWS')
      UNION ALL
      SELECT ":START_ID", ":END_ID", ":TYPE", _file, _line FROM edges('KNOWS_PHONE')
      UNION ALL
      SELECT ":START_ID", ":END_ID", ":TYPE", _file, _line FROM edges('KNOWS_SN')
      UNION ALL
      SELECT ":START_ID", ":END_ID", ":TYPE", _file, _line FROM edges('KNOWS_LW')
      UNION ALL
      SELECT ":START_ID", ":END_ID", rel_type, _file, _line FROM edges('FAMILY_REL')) AS edge
LEFT JOIN (VALUES ('KNOWS', 'associate'), ('KNOWS_PHONE', 'associate'), ('KNOWS_SN', 'friend'),
                  ('KNOWS_LW', 'housemate'), ('SIBLING', 'sibling'), ('PARENT', 'parent')
          ) AS word (stated, relation) ON word.stated = edge.relation
ORDER BY _file, _line

"""Lines that cannot be split into cells, and files that cannot be read at all."""

import gzip
import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

from tests.loaders.bad_inputs.kinds import BadFile, BadLine

HEADER = b"person_ref,given_name,date_of_birth\n"
ROW = b"P1,Tam,1990-05-01\n"
PACKED = gzip.compress(b"person_ref\n" + b"P1\n" * 9999)
TEN_MEGABYTES = b"x" * 10_000_000


def parquet(columns: dict[str, object] | pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), out)
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return out.getvalue()


# The sound world's people have three columns: person_ref, given_name, date_of_birth.
LINES = [
    BadLine("cells missing", "people", b"P9,Noa\n", None, "P9,Noa", "wrong_column_count", "2 cells"),
    BadLine("comma too many", "people", b"P9,Noa,1990-01-01,\n", None, "P9,Noa,1990-01-01,", "wrong_column_count",
            "needs quotes"),
    BadLine("comma without quotes", "people", b"P9,Noa, Jr,1990-01-01\n", None, "P9,Noa, Jr,1990-01-01",
            "wrong_column_count", "4 cells where the header has 3"),
    BadLine("quote not closed, at the end", "people", b'P9,"Noa,1990-01-01\n', None, 'P9,"Noa,1990-01-01',
            "bad_quoting", "never closed"),
    BadLine("quote not closed, good rows after it", "people", b'P9,"Noa,1990\nP8,Ash,1991\nP7,"Ola, M",1992\n', None,
            'P9,"Noa,1990', "bad_quoting", "closing quote", good_rows_in_raw=2),
    BadLine("text after a quote", "people", b'P9,"Noa" B,1990\n', None, 'P9,"Noa" B,1990', "bad_quoting",
            "closing quote"),
    BadLine("cp1252", "people", b"P9,No\xe9,1990\n", "given_name", "Noé", "bad_encoding", "cp1252"),
    BadLine("half a UTF-8 letter", "people", b"P9,No\xc3,1990\n", "given_name", "NoÃ", "bad_encoding", "0xC3"),
    BadLine("NUL byte", "people", b"P9,N\x00oa,1990\n", "given_name", "N\ufffdoa", "bad_encoding", "NUL"),
    BadLine("after a cell with newlines", "people", b'P8,"Ash\r\nor\nAsher",1991\nP9,Noa\n', None, "P9,Noa",
            "wrong_column_count", "2 cells", good_rows_in_raw=1, line=7),
    BadLine("after blank lines", "people", b"\n\nP9,Noa,19/1990\n", "date_of_birth", "19/1990", "bad_date", "ISO",
            line=6),
    BadLine("semicolons in one row", "people", b"P9;Noa;1990\n", None, "P9;Noa;1990", "wrong_column_count", "1 cells"),
    BadLine("tabs in one row", "people", b"P9\tNoa\t1990\n", None, "P9\tNoa\t1990", "wrong_column_count", "1 cells"),
    BadLine("line of spaces", "people", b"   \n", None, "   ", "wrong_column_count", "1 cells"),
    BadLine("empty row of a spreadsheet", "people", b",,\n", "person_ref", "", "missing_required", "empty"),
    BadLine("footer with the number of rows", "people", b"(2 rows affected)\n", None, "(2 rows affected)",
            "wrong_column_count", "1 cells"),
    BadLine("comment", "people", b"# end of export\n", None, "# end of export", "wrong_column_count", "1 cells"),
    BadLine("end-of-file mark of DOS", "people", b"\x1a", None, "\x1a", "wrong_column_count", "1 cells"),
    BadLine("header again, of another file", "people", b"incident_ref,kind\n", None, "incident_ref,kind",
            "wrong_column_count", "2 cells"),
    BadLine("old Mac line end in a file of LF", "people", b"P9,Noa,1990\rP8,Ash,1991\n", None,
            "P9,Noa,1990\rP8,Ash,1991", "bad_quoting", "old Mac line end"),
    BadLine("old Mac line end beside quotes", "people", b'P9,"Noa",1990\rP8,Ash\n', None, 'P9,"Noa",1990\rP8,Ash',
            "bad_quoting", "old Mac line end"),
    BadLine("quote escaped by a backslash", "people", b'P9,"No\\"a",1990\n', None, 'P9,"No\\"a",1990', "bad_quoting",
            "closing quote"),
    BadLine("blank behind a closing quote", "people", b'P9,"Noa" ,1990\n', None, 'P9,"Noa" ,1990', "bad_quoting",
            "closing quote"),
    BadLine("blank before an opening quote, comma inside", "people", b'P9, "Noa, Jr",1990\n', None,
            'P9, "Noa, Jr",1990', "wrong_column_count", "4 cells"),
    BadLine("half of a surrogate pair", "people", b"P9,No\xed\xa0\x80,1990\n", "given_name", "No\u00ed\u00a0\u20ac",
            "bad_encoding", "0xED"),
    BadLine("letter in more bytes than it needs", "people", b"P9,No\xc1\xa1,1990\n", "given_name", "No\u00c1\u00a1",
            "bad_encoding", "0xC1"),
    BadLine("UTF-8 cut off at the end of the file", "people", "P9,Noa,1990\u20ac".encode()[:-1], "date_of_birth",
            "1990\u00e2\u201a", "bad_encoding", "0xE2"),
    BadLine("byte that cp1252 does not know either", "people", b"P9,No\x81,1990\n", "given_name", "No\ufffd",
            "bad_encoding", "0x81"),
    BadLine("row of UTF-16 in a file of UTF-8", "people", "P9,Noa,1990".encode("utf-16-le") + b"\n", "person_ref",
            "P\ufffd9\ufffd", "bad_encoding", "NUL"),
    BadLine("cell of ten megabytes", "people", b"P9," + TEN_MEGABYTES + b",1990\n", "given_name", "x" * 199 + "\u2026",
            "too_long", "10,000,000 characters"),
    BadLine("quoted cell of ten megabytes", "people", b'P9,"' + TEN_MEGABYTES + b'",1990\n', "given_name",
            "x" * 199 + "\u2026", "too_long", "10,000,000 characters"),
    BadLine("a hundred thousand commas", "people", b"," * 100_000 + b"\n", None, "," * 200, "wrong_column_count",
            "100001 cells"),
]  # fmt: skip

# kind, files, words of the one message
FILES = [
    BadFile("UTF-16 with a mark", {"people.csv": "person_ref\nP1\n".encode("utf-16")},
            ("people.csv:1", "UTF-16", "UTF-8")),
    BadFile("UTF-16 without a mark", {"people.csv": "person_ref\nP1\n".encode("utf-16-le")}, ("people.csv", "UTF-16")),
    BadFile("empty file", {"people.csv": ""}, ("people.csv", "empty", "header")),
    BadFile("no header", {"people.csv": "P1,Tam\nP2,Ira\n"}, ("people.csv:1", "no header", "P1, Tam")),
    BadFile("key column missing", {"people.csv": "persn_ref,given_name\nP1,Tam\n"},
            ("people.csv:1", "person_ref", "persn_ref")),
    BadFile("semicolons", {"people.csv": "person_ref;given_name\nP1;Tam\n"}, ("people.csv:1", "semicolons", "commas")),
    BadFile("tabs", {"people.csv": "person_ref\tgiven_name\nP1\tTam\n"}, ("people.csv:1", "tabs")),
    BadFile("column twice", {"people.csv": "person_ref,sex,sex\nP1,F,M\n"}, ("people.csv:1", "sex", "twice")),
    BadFile("header with an open quote", {"people.csv": '"person_ref,sex\nP1,F\n'}, ("people.csv:1", "bad_quoting")),
    BadFile("header in cp1252", {"people.csv": b"person_ref,pr\xe9nom\nP1,Tam\n"}, ("people.csv:1", "cp1252", "UTF-8")),
    BadFile("old Mac line ends", {"people.csv": b"person_ref,sex\rP1,F\r"}, ("people.csv:1", "CR", "LF")),
    BadFile("truncated gzip", {"people.csv.gz": gzip.compress(b"person_ref\n" + b"P1\n" * 9999)[:60]},
            ("people.csv.gz", "cut short")),
    BadFile("no gzip at all", {"people.csv.gz": b"person_ref\nP1\n"}, ("people.csv.gz", "gzip")),
    BadFile("broken Parquet", {"people.parquet": b"PAR1 and no more"}, ("people.parquet", "Parquet")),
    BadFile("two files of one table",
            {"people.csv": "person_ref\nP1\n", "people.csv.gz": gzip.compress(b"person_ref\nP1\n")},
            ("people.csv", "people.csv.gz", "Keep one")),
    BadFile("no table", {"peoples.csv": "person_ref\nP1\n"}, ("no table", "peoples.csv", "'people.csv'", "--mapping")),
    BadFile("UTF-16, big-endian, without a mark", {"people.csv": "person_ref\nP1\n".encode("utf-16-be")},
            ("people.csv", "UTF-16")),
    BadFile("UTF-32", {"people.csv": "person_ref\nP1\n".encode("utf-32")}, ("people.csv", "UTF-32", "UTF-8")),
    BadFile("Excel workbook named .csv", {"people.csv": workbook()}, ("people.csv", "Excel", "CSV UTF-8")),
    BadFile("old Excel workbook named .csv", {"people.csv": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)},
            ("people.csv", "old Excel", "CSV UTF-8")),
    BadFile("PDF named .csv", {"people.csv": b"%PDF-1.7\n"}, ("people.csv", "PDF", "Export")),
    BadFile("Parquet named .csv", {"people.csv": parquet({"person_ref": ["P1"]})}, ("people.csv", "Name it .parquet")),
    BadFile("gzip named .csv", {"people.csv": PACKED}, ("people.csv", "gzip", "Name it .csv.gz")),
    BadFile("gzip in gzip", {"people.csv.gz": gzip.compress(PACKED)}, ("people.csv.gz", "gzip", "pack it once")),
    BadFile("gzip with a wrong checksum", {"people.csv.gz": PACKED[:-8] + b"\0" * 4 + PACKED[-4:]},
            ("people.csv.gz", "not a sound gzip", "Copy")),
    BadFile("gzip with something behind it", {"people.csv.gz": PACKED + b"and more"},
            ("people.csv.gz", "not a sound gzip", "Copy")),
    BadFile("empty gzip", {"people.csv.gz": gzip.compress(b"")}, ("people.csv.gz", "empty", "header")),
    BadFile("no byte in a gzip file", {"people.csv.gz": b""}, ("people.csv.gz", "empty", "header")),
    BadFile("bomb of one line", {"people.csv.gz": gzip.compress(HEADER + b"x" * 33_000_000)},
            ("people.csv.gz:2", "32,000,000 bytes", "line ends")),
    BadFile("bomb of many lines", {"people.csv.gz": gzip.compress(HEADER) + gzip.compress(ROW * 400_000) * 15},
            ("people.csv.gz", "200 times its size", "Pack")),
    BadFile("file of blank lines", {"people.csv": "\n\r\n\n"}, ("people.csv", "empty", "header")),
    BadFile("file of one blank", {"people.csv": " \n"}, ("people.csv:1", "no header", "column names")),
    BadFile("title above the header", {"people.csv": "Export of 1 May\nperson_ref\nP1\n"},
            ("people.csv:1", "no header", "Export of 1 May")),
    BadFile("separator line of Excel", {"people.csv": "sep=;\nperson_ref;sex\nP1;F\n"},
            ("people.csv:1", "semicolons", "commas")),
    BadFile("bars", {"people.csv": "person_ref|sex\nP1|F\n"}, ("people.csv:1", "bars", "commas")),
    BadFile("web page", {"people.csv": "<!DOCTYPE html><html>Log in</html>\n"}, ("people.csv:1", "no header", "html")),
    BadFile("JSON", {"people.csv": '[{"person_ref": "P1"}]\n'}, ("people.csv:1", "no header", "column names")),
    BadFile("key column in capitals", {"people.csv": "PERSON_REF,sex\nP1,F\n"},
            ("people.csv:1", "person_ref", "'PERSON_REF'")),
    BadFile("key column of a link missing", {"involvements.csv": "event_ref,person_ref\nI1,P1\n"},
            ("involvements.csv:1", "role", "missing")),
    BadFile("columns of another table", {"people.csv": "incident_ref,kind\nI1,crime\n"},
            ("people.csv:1", "no header", "people")),
    BadFile("key column twice", {"people.csv": "person_ref,person_ref\nP1,P2\n"},
            ("people.csv:1", "twice", "Keep one")),
    BadFile("header with text behind a quote", {"people.csv": '"person_ref"x,sex\nP1,F\n'},
            ("people.csv:1", "bad_quoting", "closing quote")),
    BadFile("NUL in the header", {"people.csv": b"person\0_ref,sex\nP1,F\n"},
            ("people.csv:1", "person_ref", "missing")),
    BadFile("header of two byte order marks", {"people.csv": "\ufeff\ufeffperson_ref,sex\nP1,F\n"},
            ("people.csv:1", "person_ref", "missing")),
    BadFile("old Mac header over rows of LF", {"people.csv": b"person_ref,sex\rP1,F\nP2,M\n"},
            ("people.csv:1", "CR", "LF")),
    BadFile("no byte in a Parquet file", {"people.parquet": b""}, ("people.parquet", "not a sound Parquet", "Copy")),
    BadFile("Parquet cut short", {"people.parquet": parquet({"person_ref": ["P1"]})[:-20]},
            ("people.parquet", "not a sound Parquet", "Copy")),
    BadFile("CSV named .parquet", {"people.parquet": b"person_ref\nP1\n"},
            ("people.parquet", "not a sound Parquet", "Copy")),
    BadFile("Parquet without columns", {"people.parquet": parquet({})}, ("people.parquet", "no header")),
    BadFile("Parquet without its key", {"people.parquet": parquet({"sex": ["F"]})},
            ("people.parquet", "person_ref", "missing")),
    BadFile("Parquet with a column twice",
            {"people.parquet": parquet(pa.Table.from_arrays([pa.array(["P1"]), pa.array(["F"]), pa.array(["M"])],
                                                            names=["person_ref", "sex", "sex"]))},
            ("people.parquet", "sex", "twice", "Keep one")),
    BadFile("Parquet with a structure in a cell",
            {"people.parquet": parquet({"person_ref": ["P1"], "given_name": [{"first": "Tam"}]})},
            ("people.parquet", "given_name", "struct", "Cast it")),
    BadFile("Parquet with lists in lists",
            {"people.parquet": parquet({"person_ref": ["P1"], "aliases": [[["A"], ["B"]]]})},
            ("people.parquet", "aliases", "lists in lists", "Flatten")),
    BadFile("Parquet with bytes for text", {"people.parquet": parquet({"person_ref": ["P1"], "given_name": [b"Tam"]})},
            ("people.parquet", "given_name", "binary", "Cast it")),
    BadFile("Parquet with text that is not UTF-8",
            {"people.parquet": parquet({"person_ref": pa.array([b"P\xe9"]).view(pa.string())})},
            ("people.parquet", "not a sound Parquet")),
    BadFile("table names in capitals", {"PEOPLE.CSV": "person_ref\nP1\n"}, ("no table", "PEOPLE.CSV", "'people.csv'")),
    BadFile("no file beside the manifest", {}, ("no table", "people.csv", "--mapping")),
]  # fmt: skip

package sql_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/sql"
)

func find(t testing.TB, with string, arg detect.Arg) []detect.Finding {
	t.Helper()
	detector, err := sql.New(detect.Params(with))
	require.NoError(t, err)
	var found []detect.Finding
	detector.Detect(&detect.Call{Args: []detect.Arg{arg}}, func(f detect.Finding) { found = append(found, f) })
	return found
}

func code(t testing.TB, with string, arg detect.Arg) string {
	t.Helper()
	found := find(t, with, arg)
	if len(found) == 0 {
		return ""
	}
	return found[0].Code
}

// hitsAndMisses checks statements against the code that each is to have.
func hitsAndMisses(t *testing.T, cases map[string]string) {
	t.Helper()
	for statement, want := range cases {
		assert.Equal(t, want, code(t, "", detect.Arg{Kinds: detect.SQL, Text: statement}), statement)
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	const all, update = "sql.delete_all", "sql.update_all"
	hitsAndMisses(t, map[string]string{
		"DELETE FROM carts": all, "delete from only carts c": all, "DELETE carts": all, "DELETE FROM `a`.`b`;": all, "DELETE FROM [dbo].[t]": all,
		"DELETE FROM carts USING users": all, "DELETE FROM carts -- WHERE id = 1": all, "DELETE FROM carts /* WHERE id = 1 */": all,
		"DELETE FROM carts # WHERE id = 1": all, "DELETE FROM carts #WHERE id = 1": all, "DELETE/**/FROM/**/carts": all, "/*!50000 DELETE*/ FROM carts": all,
		"DELETE FROM t WHERE 1": all, "DELETE FROM t WHERE 1=1": all, "DELETE FROM t WHERE TRUE": all, "DELETE FROM t WHERE 'a' = 'a'": all,
		"DELETE FROM t WHERE id = id": all, "DELETE FROM t WHERE a = 1 OR 1 = 1": all, "DELETE FROM t WHERE NOT 1 = 2": all, "DELETE FROM t WHERE (1) = (1)": all,
		"DELETE FROM t WHERE 2 > 1 AND 'x' LIKE '%'": all, "DELETE FROM t WHERE id IS NOT NULL": all, "DELETE FROM t WHERE id > 0": all,
		"DELETE FROM t WHERE 1 IN (1, 2)": all, "DELETE FROM t WHERE 1 BETWEEN 0 AND 2": all, "DELETE FROM t WHERE EXISTS (SELECT 1)": all,
		"DELETE FROM t WHERE 2-1 = 1": all, "DELETE FROM t WHERE length(a) = length(a)": all, "DELETE FROM t WHERE a = 1 || 1 = 1": all,
		"DELETE FROM t WHERE NULL IS NULL": all, "DELETE FROM t WHERE ((1=1))": all, "WITH x AS (SELECT 1) DELETE FROM t": all,
		"WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone": all, "SELECT 1; DELETE FROM t": all, "SELECT 1 DELETE FROM t": all,
		"BEGIN DELETE FROM t END": all, "IF 1=1 DELETE FROM t": all, "DELETE FROM t SELECT * FROM s WHERE a = 1": all,
		"MERGE INTO a USING b ON a.x = b.x WHEN NOT MATCHED BY SOURCE THEN DELETE": all, "ALTER TABLE t DELETE WHERE 1": all,
		"UPDATE t SET a = 1": update, "UPDATE a.b AS x SET x.c = 1 FROM y": update, "UPDATE t SET a = (SELECT 1 WHERE 1 = 2)": update,
		"UPDATE t SET a = 1 WHERE 1=1 --": update, "MERGE INTO a USING b ON 1=1 WHEN MATCHED THEN UPDATE SET x = 1": update,

		"DELETE FROM t WHERE id = 1": "", "DELETE FROM t WHERE a = $1 AND b = $1": "", "DELETE FROM t WHERE ? = ?": "", "DELETE FROM t WHERE id = :id": "",
		"DELETE FROM t USING s WHERE t.a = s.a": "", "DELETE a FROM a JOIN b ON a.x = b.x WHERE b.y < 3": "", "DELETE FROM t WHERE a BETWEEN 1 AND 2": "",
		"DELETE FROM t WHERE id IN (SELECT id FROM s)": "", "DELETE FROM t WHERE CURRENT OF c": "", "DELETE FROM t ORDER BY a LIMIT 10": "",
		"DELETE TOP (10) FROM t": "", "DELETE FROM t WHERE 1=1 AND a = 2": "", "DELETE FROM t WHERE amount > 0": "", "DELETE FROM t WHERE name LIKE 'a%'": "",
		"DELETE FROM t WHERE CASE WHEN a = 1 THEN TRUE ELSE FALSE END": "", "DELETE FROM t WHERE 1 = 0": "", "DELETE FROM t WHERE user_id > 0 AND a": "",
		"UPDATE t SET a = 'WHERE' WHERE id = 1": "", "UPDATE t SET a = a + 1 WHERE b IS NULL RETURNING a": "", "SELECT * FROM t FOR UPDATE": "",
		"WITH gone AS (DELETE FROM t WHERE a = 1 RETURNING *) INSERT INTO old SELECT * FROM gone": "", "UPDATE STATISTICS t": "",
		"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2": "", "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2": "",
		"MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)": "",
		"SELECT 'DELETE FROM t'": "", "SELECT \"delete\" FROM t": "", "SELECT delete, update FROM t": "", "SELECT $$DELETE FROM t$$": "",
	})
}

func TestSchema(t *testing.T) {
	t.Parallel()
	const drop, truncate, alter = "sql.drop", "sql.truncate", "sql.alter_drop"
	hitsAndMisses(t, map[string]string{
		"DROP TABLE t": drop, "drop database if exists x": drop, "DROP INDEX i": drop, "DROP MATERIALIZED VIEW v": drop, "DROP USER ann": drop,
		"DR/**/OP TABLE t": "", "DROP/**/TABLE/**/t": drop, "/*!DROP*/ TABLE t": drop, "SELECT 1; DROP TABLE t": drop, "SELECT 1 DROP TABLE t": drop,
		"SELECT 'it''s'; DROP TABLE t": drop, `SELECT '\'; DROP TABLE t; --'`: drop, "SELECT 1\nGO\nDROP TABLE t": drop, "DROP OWNED BY ann": drop,
		"BEGIN; DROP SCHEMA x CASCADE; COMMIT": drop, "/* a /* b */ DROP TABLE t": drop, "DROP FUNCTION f(int)": drop,
		"IF EXISTS (SELECT 1) BEGIN DROP TABLE t END": drop, "TRUNCATE t": truncate, "TRUNCATE TABLE a, b": truncate,
		"ALTER TABLE t DROP COLUMN c": alter, "ALTER TABLE t DROP c": alter, "ALTER TABLE t ADD a int, DROP b": alter, "ALTER TABLE t DROP PARTITION (d = 1)": alter,
		"EXPLAIN ANALYZE DELETE FROM t WHERE a = 1": "sql.explain", "EXPLAIN (ANALYZE, BUFFERS) UPDATE t SET a = 1 WHERE b = 2": "sql.explain",
		"ANALYZE DELETE FROM t WHERE a = 1": "sql.explain", "EXPLAIN ANALYZE DELETE FROM t": "sql.delete_all",

		"SELECT 'DROP TABLE t'": "", "-- DROP TABLE t\nSELECT 1": "", "SELECT /* DROP TABLE t */ 1": "", "CREATE TABLE drop_log (a int)": "",
		"ALTER TABLE t ADD COLUMN c int": "", "ALTER TABLE t ALTER COLUMN c DROP DEFAULT": "", "ALTER TABLE t ALTER c DROP NOT NULL": "",
		"SELECT TRUNCATE(a, 2) FROM t": "", "EXPLAIN DELETE FROM t": "", "EXPLAIN ANALYZE SELECT 1": "", "EXPLAIN (ANALYZE false) DELETE FROM t": "",
		"DROP TEMPORARY TABLE t": "", "DROP TABLE #t": "", "CREATE TABLE t (a int REFERENCES b ON DELETE CASCADE)": "", "RENAME TABLE a TO b": "",
		"CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN DELETE FROM t; END $$ LANGUAGE plpgsql": "", "DESCRIBE t": "", "REVOKE DROP ON t FROM ann": "",
		"CREATE TRIGGER x AFTER DELETE ON t FOR EACH ROW BEGIN DELETE FROM s; END; SELECT 1": "", "GRANT DELETE ON t TO ann": "",
		"CREATE PROCEDURE p() BEGIN DROP TABLE t; END; CALL p()": drop, "DO $$ BEGIN DROP TABLE t; END $$": drop, "DO $$ BEGIN PERFORM 1; END $$": "",
		"EXEC('DROP TABLE t')": drop, "EXECUTE IMMEDIATE 'DROP ' || 'TABLE t'": drop, "EXEC sp_executesql N'DELETE FROM t'": "sql.delete_all",
		"PREPARE s FROM 'TRUNCATE TABLE t'": truncate, "PREPARE s AS DELETE FROM t": "sql.delete_all", "PREPARE s AS SELECT 1": "",
		"SET @s = CONCAT('DROP', ' TABLE t'); PREPARE x FROM @s; EXECUTE x":              drop,
		"DECLARE @s varchar(99) = CAST(0x44524f50205441424c45 AS varchar(99)); EXEC(@s)": "sql.hidden", "EXEC my_report 1, 'x'": "",
		"what's new?": "", "SELECT 'unfinished": "sql.unreadable", "SELECT 1 /* unfinished": "sql.unreadable",
	})
}

func TestReachingOut(t *testing.T) {
	t.Parallel()
	const file, run, rights, admin, reach, delay = "sql.file", "sql.exec", "sql.rights", "sql.admin", "sql.reach", "sql.delay"
	hitsAndMisses(t, map[string]string{
		"SELECT a FROM t INTO OUTFILE '/tmp/x'": file, "SELECT a INTO DUMPFILE '/x' FROM t": file, "SELECT LOAD_FILE('/etc/passwd')": file,
		"COPY t FROM PROGRAM 'id'": run, "COPY (SELECT 1) TO PROGRAM 'sh'": run, "COPY t TO '/tmp/x.csv'": file, "COPY t FROM '/etc/passwd'": file,
		"SELECT pg_read_file('x')": file, "SELECT lo_import('/etc/passwd')": file, "LOAD DATA LOCAL INFILE '/x' INTO TABLE t": file,
		"SELECT * FROM read_csv('/etc/passwd')": file, "ATTACH DATABASE '/var/www/x.php' AS x": file, "BACKUP DATABASE d TO DISK = '\\\\h\\s\\x.bak'": file,
		"EXEC xp_cmdshell 'dir'": run, "EXEC master..xp_cmdshell 'dir'": run, "EXEC [master].[dbo].[xp_cmdshell] 'dir'": run, "SELECT sys_exec('id')": run,
		"CREATE FUNCTION f() RETURNS int AS '/x.so', 'f' LANGUAGE C": run, "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'": run,
		"CREATE FUNCTION f() RETURNS text AS $$ import os $$ LANGUAGE plpython3u": run, "\\! id": run, ".shell id": run, "LOAD '/tmp/x.so'": run,
		"CREATE EXTENSION dblink": reach, "SELECT dblink('host=x', 'SELECT 1')": reach, "SELECT UTL_HTTP.REQUEST('http://x') FROM dual": reach,
		"GRANT ALL PRIVILEGES ON *.* TO 'a'@'%'": rights, "GRANT FILE ON *.* TO a": rights, "GRANT r TO a WITH ADMIN OPTION": rights,
		"CREATE USER a IDENTIFIED BY 'x'": rights, "ALTER USER a WITH SUPERUSER": rights, "CREATE ROLE a SUPERUSER": rights,
		"UPDATE mysql.user SET plugin = '' WHERE user = 'root'": rights, "INSERT INTO pg_authid VALUES (1)": rights, "EXEC sp_addsrvrolemember 'a', 'sysadmin'": rights,
		"SET GLOBAL general_log = 1": admin, "ALTER SYSTEM SET x = 1": admin, "SHUTDOWN": admin, "EXEC sp_configure 'xp_cmdshell', 1": admin,
		"RESET MASTER": admin, "PURGE BINARY LOGS BEFORE NOW()": admin, "RESTORE DATABASE d FROM DISK = 'x'": admin,
		"SELECT SLEEP(10)": delay, "SELECT 1; WAITFOR DELAY '0:0:9'": delay, "SELECT pg_sleep(9)": delay, "SELECT BENCHMARK(9e9, MD5(1))": delay,
		"SELECT * FROM t WHERE a = '' OR 'x' = 'x'": "sql.tautology", "SELECT * FROM t WHERE id = 1 OR 1=1": "sql.tautology",
		"SELECT EXTRACTVALUE(1, CONCAT(0x7e, (SELECT 1)))": "sql.error",

		"COPY t TO STDOUT": "", "COPY t FROM 's3://b/x'": "", "COPY (SELECT 1) TO 'out.parquet'": "", "LOAD DATA INPATH 'x' INTO TABLE t": "",
		"SELECT * FROM read_csv('data.csv')": "", "ATTACH 'shop.db' AS s": "", "ATTACH DATABASE '/home/ann/shop.sqlite' AS s": "", "INSTALL httpfs": "",
		"CREATE FUNCTION f(a int) RETURNS int LANGUAGE SQL AS 'SELECT 1'": "", "CREATE EXTENSION pgcrypto": "", "CREATE ROLE reader": "",
		"GRANT SELECT ON t TO ann": "", "GRANT reader TO ann": "", "SET x = 1": "", "SET search_path TO a": "", "PRAGMA table_info(t)": "",
		"SELECT sleep FROM t": "", "SELECT shutdown FROM t": "", "KILL 7": "", "SELECT * FROM t WHERE a OR TRUE": "", "SELECT randomblob(16)": "",
		"SELECT * FROM t WHERE a = 1 OR a = 2": "", "SELECT 1 WHERE 1=1 AND a = 2": "", "SELECT a FROM t JOIN s ON 1 = 1": "",
		"SELECT EXTRACTVALUE(doc, '/a/b') FROM t": "", "SELECT 'LOAD_FILE(1)'": "", "CALL refresh()": "", "USE shop": "", "": "", "values": "",
	})
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]string{
		"SELECT 1": "", "WITH a AS (SELECT 1) SELECT * FROM a": "", "SHOW TABLES": "", "EXPLAIN DELETE FROM t": "", "PRAGMA table_info(t)": "",
		"BEGIN; SELECT 1; COMMIT": "", "DESCRIBE t": "", "SET x = 1": "", "VALUES (1)": "", "(SELECT 1) UNION (SELECT 2)": "", "TABLE t": "", "USE x": "",
		"INSERT INTO t VALUES (1)": "sql.write", "UPDATE t SET a = 1 WHERE b = 2": "sql.write", "DELETE FROM t WHERE a = 1": "sql.write",
		"WITH x AS (UPDATE t SET a = 1 WHERE b = 2 RETURNING *) SELECT * FROM x": "sql.write", "CREATE TABLE t (a int)": "sql.write",
		"SELECT 1; INSERT INTO t VALUES (1)": "sql.write", "PRAGMA user_version = 3": "sql.write", "SELECT a INTO b FROM c": "sql.write",
		"COMMENT ON TABLE t IS 'x'": "sql.write", "CALL p()": "sql.write", "REPLACE INTO t VALUES (1)": "sql.write", "GRANT SELECT ON t TO a": "sql.write",
		"VACUUM": "sql.write", "DO $$ BEGIN PERFORM 1; END $$": "sql.write", "DROP TABLE t": "sql.drop",
	} {
		assert.Equal(t, want, code(t, `{"read_only": true}`, detect.Arg{Kinds: detect.SQL, Text: statement}), statement)
	}
}

func TestInjection(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"' OR 1=1 --", "x' or 'a'='a", `" or ""="`, "') or ('a'='a", "1 or 1=1", "or 2>1#", "' or true--", "1)) or 1=1", "ann'--", "ann' #", "ann'/*", "'='",
		"'-'", "' or ''='", "' and 3=4 union select null,null--", "union all select 1,2,3", "1 UNION/**/SELECT name FROM users", "'/**/or/**/1=1#",
		"'; drop table users; --", "1; DROP TABLE users", "'; insert into users values ('x')", "'; exec xp_cmdshell 'dir'--", "'; shutdown --",
		"' and sleep(5) and '1", "pg_sleep(9)", "1;waitfor delay '0:0:9'", "benchmark(9999999,sha1(1))", "(select(sleep(5)))", "' order by 3--", "order by 7#",
		"' group by a having 1=1--", "having 1=1", "' and extractvalue(1,concat(0x7e,version()))--", "and 1=convert(int,(select @@version))",
		"' and (select 1 from users limit 1)=1--", "and (select substr(@@version,1,1))='5'", "' or name like '%a", "a' or exists(select 1)--",
		"case when (4=4) then 1 else 2 end", "char(65)+char(66)+char(67)", "' into outfile '/x'--", "x' and 1='1", "load_file('/etc/passwd')",
		"' or 1 in (1)--", "-1' union select 1,group_concat(table_name) from information_schema.tables--", "admin' or id=id--", "') or not 1=2--",
		"if(2=2,sleep(3),0)", "';--", "' xor 1=1#", "' having 1--",
		"' or ''-'", "'-||1'", "or a=b", "' or true –", "'||(lower(char(99)))", "; or 'a'='a'", "' or 'ab' = 'a'+'b'", "' or name like char(37);",
		"x' and email is null; --", "' and 2 in (select a from b)--", "declare @a varchar(9) select @a = 0x41", "'+or+'1'='1", "like '%'",
	} {
		assert.Equal(t, "sql.injection", code(t, "", detect.Arg{Kinds: detect.Value, Text: value}), value)
	}
	for _, value := range []string{
		"O'Reilly", "Tom & Jerry's; or 1 = one", "select all that apply", "Robert \"Bob\" Smith", "rock 'n' roll", "it's and that's", "dogs' and cats' food",
		`"exact" OR "other"`, "5' 11\"", "6'--tall", "union select committee", "European Union: select members", "drop table 5 from the plan", "sort order by 2 keys",
		"a; b; c", "x = 1", "status = 'open' and priority = 'high'", "C#", "#hashtag", "100% -- really", "either or both (see 3)", "(1+2)*3", "--help", "a--b",
		"1 or 2", "black or white", "time.sleep(5)", "Jean-Luc O'Neil-Smith", "'quoted'", `"quoted"`, "'a' and 'b'", "D'Arcy & Sons; Ltd", "delete my account, please",
		"update on the set list", "Where's Wally?", "https://x.example/?a=1&b=2", "a=1 and b=2", "SELECT", "5 > 3 and 2 < 4 is true", "l'eau", "'tis -- so",
		"create table for two", "insert coin", "like 'this'", "ann@example.org", "order by Friday", "having fun", "grant access to Bob; call me", "unmatched ']' found",
		"W2378156", "credit_card_9513926", "(269.16 - 272.33) + 1", "[1, 2]", `{"a": "b"}`, "AND/OR", "x' y' z", "char(10)", "boys' and girls like cats;", "cats' or dogs'", "a+b+c", "5'-6'", "or else", "– so it is –", "cast(a as int)", "",
	} {
		assert.Empty(t, code(t, "", detect.Arg{Kinds: detect.Value, Text: value}), value)
	}
}

func TestViewsAreReadToo(t *testing.T) {
	t.Parallel()
	arg := detect.Arg{Kinds: detect.Value, Text: "%27%20or%201%3D1--", Views: []detect.View{{Text: "' or 1=1--", Via: "percent"}}}
	assert.Equal(t, "sql.injection", code(t, "", arg))
}

func TestFindingsSayWhichStatement(t *testing.T) {
	t.Parallel()
	const script = "SELECT 1; DROP TABLE t; SELECT 2"
	found := find(t, "", detect.Arg{Field: "q", Kinds: detect.SQL, Text: script})
	require.Len(t, found, 1)
	assert.Equal(t, "DROP TABLE t", found[0].Match)
	assert.Equal(t, "DROP TABLE t", script[found[0].Start:found[0].End])
	assert.Equal(t, "q", found[0].Field)
	assert.NotEmpty(t, found[0].Reason)
}

func TestClassify(t *testing.T) {
	t.Parallel()
	assert.True(t, sql.Classify(nil, "INSERT INTO t VALUES (1)").Writes)
	assert.False(t, sql.Classify(nil, "SELECT 1").Writes)
	assert.Equal(t, "sql.drop", sql.Classify(nil, "DROP TABLE t").Code)
}

func TestNew(t *testing.T) {
	t.Parallel()
	_, err := sql.New(detect.Params(`{"readonly": true}`))
	assert.ErrorContains(t, err, "readonly")
}

func TestCleanSQLDoesNotAllocate(t *testing.T) {
	detector, err := sql.New(nil)
	require.NoError(t, err)
	c := &detect.Call{Args: []detect.Arg{
		{Kinds: detect.SQL, Text: "SELECT a, b FROM t JOIN s ON t.x = s.x WHERE a = 'it''s' AND b IN (1, 2) OR c > 3 ORDER BY 1 LIMIT 10"},
		{Kinds: detect.SQL, Text: "UPDATE t SET a = 1 WHERE id = 7"},
		{Kinds: detect.Value, Text: "O'Brien & Sons; (since 1990)"},
	}}
	report := func(f detect.Finding) { t.Error(f.Code) }
	assert.Zero(t, testing.AllocsPerRun(100, func() { detector.Detect(c, report) }))
}

func BenchmarkDetect(b *testing.B) {
	detector, err := sql.New(nil)
	require.NoError(b, err)
	for name, arg := range map[string]detect.Arg{
		"select": {Kinds: detect.SQL, Text: "SELECT a, b FROM t JOIN s ON t.x = s.x WHERE a = 'x' AND b IN (1, 2) ORDER BY 1 LIMIT 10"},
		"delete": {Kinds: detect.SQL, Text: "DELETE FROM t WHERE 1 = 1"},
		"name":   {Kinds: detect.Value, Text: "O'Brien"},
		"64KB":   {Kinds: detect.SQL, Text: "INSERT INTO t VALUES " + strings.Repeat("(1, 'abc', NULL), ", 3600) + "(1)"},
		"nested": {Kinds: detect.SQL, Text: "DELETE FROM t WHERE " + strings.Repeat("(", 30000)},
		"ors":    {Kinds: detect.SQL, Text: "SELECT 1 FROM t WHERE a" + strings.Repeat(" OR 1=1 ", 8000)},
		"dels":   {Kinds: detect.SQL, Text: strings.Repeat("DELETE FROM t ", 4600)},
		"values": {Kinds: detect.Value, Text: strings.Repeat("or 'x' and (", 5400)},
		"cases":  {Kinds: detect.Value, Text: strings.Repeat("union ((", 8000)},
		"wheres": {Kinds: detect.Value, Text: strings.Repeat("where 1 b ", 6500)},
		"merges": {Kinds: detect.SQL, Text: strings.Repeat("then delete update x set ", 2600)},
	} {
		b.Run(name, func(b *testing.B) {
			c := &detect.Call{Args: []detect.Arg{arg}}
			b.ReportAllocs()
			for b.Loop() {
				detector.Detect(c, func(detect.Finding) {})
			}
		})
	}
}

// Whatever is repeated, the work stays in proportion to the length: were it in
// proportion to its square, this would take minutes.
func TestRepetitionIsBounded(t *testing.T) {
	t.Parallel()
	for _, part := range []string{
		"(", "DELETE FROM t ", "(DELETE FROM t ", "UPDATE a SET ", "or 'x' and (", "union ((", "where 1 b ", " OR 1=1", "CASE WHEN ", "/*", "'a' ", "EXEC(@x) ",
		"EXEC 'a' + ", "; drop", "extractvalue(", "then grant ", "$a$", "[a] ", "NOT ", "-- \n", "1 IN (", "x BETWEEN ", "begin ", "{{", "$a", "/*!",
	} {
		text := strings.Repeat(part, 256<<10/len(part))
		for _, kinds := range []detect.Kind{detect.SQL, detect.Value} {
			find(t, "", detect.Arg{Kinds: kinds, Text: text})
			find(t, "", detect.Arg{Kinds: kinds, Text: "SELECT 1 WHERE x" + text})
		}
	}
}

func FuzzDetect(f *testing.F) {
	for _, seed := range []string{
		"DELETE FROM t WHERE (1=1", "'; x--", "/*!5 */ DROP", "$a$ $a$", "q'[x]'", "MERGE INTO a USING b ON 1 WHEN", "EXEC(@x)", "[a] b[1]", "DO $$x$$", "\\!", "\n.shell x",
		"case when then end", "1.e(", "0x", "@@", "#>", "PREPARE x FROM 'y' || 'z'", "EXPLAIN (ANALYZE", "COPY t TO '", "a IN (", "x BETWEEN", "{{",
	} {
		f.Add(seed)
	}
	detector, err := sql.New(detect.Params(`{"read_only": true}`))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, source string) {
		for _, kinds := range []detect.Kind{detect.SQL, detect.Value} {
			c := &detect.Call{Args: []detect.Arg{{Kinds: kinds, Text: source}}}
			detector.Detect(c, func(found detect.Finding) {
				assert.NotEmpty(t, found.Code)
				assert.NotEmpty(t, found.Reason)
				assert.LessOrEqual(t, found.End, len(source))
			})
		}
	})
}

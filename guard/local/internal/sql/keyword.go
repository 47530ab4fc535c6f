package sql

// keyword is a word of SQL that means something here. Those from firstObject on
// are what can be dropped, those from firstHazard on are names of functions and
// procedures that reach out of the database or hold it up.
type keyword uint8

const (
	_ keyword = iota
	kAll
	kAlter
	kAnalyze
	kAnd
	kAs
	kAttach
	kBackup
	kBegin
	kBetween
	kBy
	kBulk
	kCall
	kCase
	kConfigure
	kCopy
	kCreate
	kDeclare
	kDefault
	kDelay
	kDelete
	kDescribe
	kDisable
	kDistinct
	kDo
	kDrop
	kDumpfile
	kElse
	kEnd
	kExcept
	kExec
	kExecute
	kExists
	kExplain
	kFalse
	kFor
	kFrom
	kGlobal
	kGo
	kGrant
	kGroup
	kHaving
	kIf
	kImmediate
	kIn
	kInfile
	kInsert
	kInstall
	kInto
	kIs
	kJoin
	kLanguage
	kLike
	kLimit
	kLoad
	kMatched
	kMerge
	kNot
	kNull
	kOffset
	kOn
	kOption
	kOr
	kOrder
	kOutfile
	kPersist
	kPragma
	kPrepare
	kProgram
	kPurge
	kRename
	kReplace
	kReset
	kRestore
	kReturning
	kRevoke
	kSelect
	kSet
	kShow
	kShutdown
	kSoname
	kSuperuser
	kSystem
	kThen
	kTo
	kTop
	kTrue
	kTruncate
	kUnion
	kUpdate
	kUse
	kUsing
	kValues
	kWaitfor
	kWhen
	kWhere
	kWhile
	kWith
	kXor
)

// What can be dropped.
const (
	firstObject keyword = 120 + iota
	kColumn
	kConstraint
	kDatabase
	kEvent
	kExtension
	kExternal
	kForeign
	kFunction
	kIndex
	kKey
	kLogin
	kMaterialized
	kObject // any other
	kOwned
	kPartition
	kPrimary
	kProcedure
	kRole
	kSchema
	kServer
	kTable
	kTablespace
	kTemporary
	kTrigger
	kUser
	kView
	lastObject
)

// Names that are a hazard by themselves.
const (
	firstHazard keyword = 160 + iota
	hRun                // runs a program
	hRead               // reads a file
	hWrite              // writes a file
	hReach              // reaches another host
	hRights             // gives rights
	hDelay              // holds the database up
	hError              // tells by errors
	hAdmin              // changes the server
	hProbe              // tells of the schema
	lastHazard
)

func (k keyword) object() bool { return k > firstObject && k < lastObject }
func (k keyword) hazard() bool { return k > firstHazard && k < lastHazard }

// longestWord is no shorter than any word of the table.
const longestWord = 32

// lookup finds a word in any case. It does not allocate.
func lookup(text string) keyword {
	var room [longestWord]byte
	if len(text) > len(room) || len(text) < 2 {
		return 0
	}
	for i := range len(text) {
		b := text[i]
		if 'A' <= b && b <= 'Z' {
			b |= 0x20
		}
		room[i] = b
	}
	return keywords[string(room[:len(text)])]
}

//nolint:gochecknoglobals // a table, never written
var keywords = map[string]keyword{
	"all": kAll, "alter": kAlter, "analyze": kAnalyze, "analyse": kAnalyze, "and": kAnd, "as": kAs, "attach": kAttach, "backup": kBackup,
	"begin": kBegin, "between": kBetween, "by": kBy, "bulk": kBulk, "call": kCall, "case": kCase, "reconfigure": kConfigure, "copy": kCopy,
	"create": kCreate, "declare": kDeclare, "default": kDefault, "delay": kDelay, "delete": kDelete, "describe": kDescribe, "desc": kDescribe,
	"disable": kDisable, "distinct": kDistinct, "do": kDo, "drop": kDrop, "dumpfile": kDumpfile, "else": kElse, "end": kEnd, "except": kExcept,
	"exec": kExec, "execute": kExecute, "exists": kExists, "explain": kExplain, "false": kFalse, "for": kFor, "from": kFrom, "global": kGlobal,
	"go": kGo, "grant": kGrant, "group": kGroup, "having": kHaving, "if": kIf, "immediate": kImmediate, "in": kIn, "infile": kInfile,
	"insert": kInsert, "install": kInstall, "into": kInto, "is": kIs, "join": kJoin, "language": kLanguage, "like": kLike, "rlike": kLike,
	"regexp": kLike, "ilike": kLike, "limit": kLimit, "load": kLoad, "matched": kMatched, "merge": kMerge, "not": kNot, "null": kNull,
	"offset": kOffset, "on": kOn, "option": kOption, "or": kOr, "order": kOrder, "outfile": kOutfile, "persist": kPersist, "pragma": kPragma,
	"prepare": kPrepare, "program": kProgram, "purge": kPurge, "rename": kRename, "replace": kReplace, "reset": kReset, "restore": kRestore,
	"returning": kReturning, "revoke": kRevoke, "select": kSelect, "set": kSet, "show": kShow, "shutdown": kShutdown, "soname": kSoname,
	"superuser": kSuperuser, "system": kSystem, "then": kThen, "to": kTo, "top": kTop, "true": kTrue, "truncate": kTruncate, "union": kUnion,
	"update": kUpdate, "use": kUse, "using": kUsing, "values": kValues, "waitfor": kWaitfor, "when": kWhen, "where": kWhere, "while": kWhile,
	"with": kWith, "xor": kXor,

	"aggregate": kObject, "assembly": kObject, "catalog": kDatabase, "collation": kObject, "column": kColumn, "columns": kColumn, "constraint": kConstraint,
	"conversion": kObject, "credential": kObject, "database": kDatabase, "databases": kDatabase, "dictionary": kObject, "domain": kObject, "event": kEvent,
	"extension": kExtension, "external": kExternal, "foreign": kForeign, "function": kFunction, "index": kIndex, "key": kKey, "keyspace": kDatabase,
	"login": kLogin, "materialized": kMaterialized, "operator": kObject, "owned": kOwned, "package": kObject, "partition": kPartition,
	"partitions": kPartition, "pipe": kObject, "policy": kObject, "primary": kPrimary, "procedure": kProcedure, "proc": kProcedure, "profile": kObject,
	"publication": kObject, "role": kRole, "routine": kFunction, "rule": kObject, "schema": kSchema, "sequence": kObject, "server": kServer,
	"share": kObject, "snapshot": kObject, "stage": kObject, "statistics": kObject, "stream": kObject, "subscription": kObject, "synonym": kObject,
	"table": kTable, "tables": kTable, "tablespace": kTablespace, "task": kObject, "temporary": kTemporary, "temp": kTemporary, "trigger": kTrigger,
	"type": kObject, "user": kUser, "view": kView, "warehouse": kObject, "resource": kObject, "stored": kObject, "iceberg": kTable, "dynamic": kTable,

	"xp_cmdshell": hRun, "sp_oacreate": hRun, "sp_oamethod": hRun, "sys_exec": hRun, "sys_eval": hRun, "sys_bineval": hRun, "sp_start_job": hRun,
	"sp_add_job": hRun, "sp_add_jobstep": hRun, "sp_execute_external_script": hRun, "dbms_scheduler": hRun, "dbms_java": hRun,
	"dbms_java_test": hRun, "load_extension": hRun, "pg_execute_server_program": hRun, "lib_mysqludf_sys": hRun, "xp_servicecontrol": hRun,
	"dbms_xmlquery": hRun, "fts3_tokenizer": hRun,
	"load_file": hRead, "pg_read_file": hRead, "pg_read_binary_file": hRead, "pg_ls_dir": hRead, "pg_stat_file": hRead, "lo_import": hRead,
	"readfile": hRead, "xp_regread": hRead, "xp_dirtree": hRead, "xp_fileexist": hRead, "xp_subdirs": hRead, "xp_readerrorlog": hRead,
	"xp_availablemedia": hRead, "utl_file": hRead, "openrowset": hRead, "pg_ls_logdir": hRead, "xp_enumerrorlogs": hRead, "xp_getfiledetails": hRead,
	"dbms_lob.loadfromfile": hRead, "xp_loginconfig": hRead, "pg_ls_waldir": hRead,
	"lo_export": hWrite, "writefile": hWrite, "pg_file_write": hWrite, "pg_file_unlink": hWrite, "pg_file_rename": hWrite, "xp_regwrite": hWrite,
	"xp_regdeletekey": hWrite, "xp_regdeletevalue": hWrite, "sp_makewebtask": hWrite, "dbms_advisor": hWrite, "xp_delete_file": hWrite,
	"xp_create_subdir": hWrite, "dbms_xslprocessor": hWrite,
	"utl_http": hReach, "utl_tcp": hReach, "utl_smtp": hReach, "utl_mail": hReach, "utl_inaddr": hReach, "httpuritype": hReach, "dbms_ldap": hReach,
	"dblink": hReach, "dblink_connect": hReach, "dblink_exec": hReach, "dblink_send_query": hReach, "opendatasource": hReach, "sp_addlinkedserver": hReach,
	"sp_send_dbmail": hReach, "sp_invoke_external_rest_endpoint": hReach,
	"sp_addsrvrolemember": hRights, "sp_addrolemember": hRights, "sp_addlogin": hRights, "sp_password": hRights, "sp_grantlogin": hRights,
	"sp_adduser": hRights, "sp_grantdbaccess": hRights, "dbms_cube_exp": hRights, "sp_changedbowner": hRights,
	"sleep": hDelay, "pg_sleep": hDelay, "pg_sleep_for": hDelay, "pg_sleep_until": hDelay, "benchmark": hDelay, "dbms_pipe": hDelay,
	"dbms_lock": hDelay, "dbms_session": hDelay, "randomblob": hDelay, "sleepeachrow": hDelay,
	"extractvalue": hError, "updatexml": hError, "xmltype": hError, "gtid_subset": hError, "gtid_subtract": hError, "ctxsys": hError,
	"ordsys": hError, "st_latfromgeohash": hError, "st_pointfromgeohash": hError, "name_const": hError, "query_to_xml": hError, "database_to_xml": hError,
	"sp_configure": hAdmin, "pg_terminate_backend": hAdmin, "pg_reload_conf": hAdmin, "sp_detach_db": hAdmin, "sp_dropserver": hAdmin,
	"sp_attach_db": hAdmin, "pg_rotate_logfile": hAdmin, "pg_switch_wal": hAdmin,
	"information_schema": hProbe, "sysobjects": hProbe, "syscolumns": hProbe, "sysusers": hProbe, "sqlite_master": hProbe, "pg_shadow": hProbe,
	"pg_authid": hProbe, "all_tables": hProbe, "user_tables": hProbe, "sqlite_schema": hProbe, "pg_catalog": hProbe,
}

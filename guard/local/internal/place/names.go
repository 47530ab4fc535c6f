package place

import "bytes"

// names are files that hold secrets whatever folder they are in.
//
//nolint:gochecknoglobals // a table, never written
var names = map[string]Place{
	"id_rsa": Secret, "id_dsa": Secret, "id_ecdsa": Secret, "id_ed25519": Secret, "id_ecdsa_sk": Secret, "id_ed25519_sk": Secret, "id_xmss": Secret,
	"ssh_host_rsa_key": Secret, "ssh_host_dsa_key": Secret, "ssh_host_ecdsa_key": Secret, "ssh_host_ed25519_key": Secret,
	".netrc": Secret, "_netrc": Secret, ".pgpass": Secret, "pgpass.conf": Secret, ".my.cnf": Secret, ".mylogin.cnf": Secret,
	".git-credentials": Secret, ".pypirc": Secret, ".npmrc": Secret, ".htpasswd": Secret, ".vault-token": Secret, ".dockercfg": Secret,
	".s3cfg": Secret, ".boto": Secret, ".env": Secret, ".envrc": Secret, ".flaskenv": Secret,
	"terraform.tfstate": Secret, "terraform.tfstate.backup": Secret, "ntds.dit": Secret | Account, "unattend.xml": Secret, "sysprep.inf": Secret,
	"login data": Secret, "web data": Secret, "cookies.sqlite": Secret, "logins.json": Secret, "key3.db": Secret, "key4.db": Secret,
	"wallet.dat": Secret, "secring.gpg": Secret, "master.key": Secret, "credentials.tfrc.json": Secret, "accesstokens.json": Secret,
	"wp-config.php": Secret, "application_default_credentials.json": Secret, "gcloud_credentials.json": Secret,
	".pass": Secret, ".passwd": Secret, ".password": Secret, ".passwords": Secret, "passwords.txt": Secret, "passwords.csv": Secret,
	"master.passwd": Secret | Account, "rootkey.csv": Secret, ".rhosts": Account, ".shosts": Account, "password.txt": Secret,
	"staso-guard.yaml": Guard, "staso-guard.yml": Guard, "staso.exe": Guard,
}

// fileName adds to p what the last name of a path says, or takes away what it
// says it is not: a public key is no secret.
func fileName(name []byte, p Place) Place {
	if len(name) == 0 {
		return p
	}
	if known, ok := names[string(name)]; ok {
		return p | known
	}
	dot := bytes.LastIndexByte(name, '.')
	if dot < 0 {
		return p
	}
	switch string(name[dot+1:]) {
	case "pub":
		return p &^ Secret
	case "p12", "pfx", "kdbx", "kdb", "ppk", "jks", "keystore", "keytab", "ovpn", "agekey", "tfstate", "keychain", "keychain-db", "gpgkey":
		return p | Secret
	case "key":
		return p | secretUnless(name[:dot], publicKey)
	case "pem":
		return p | secretUnless(name[:dot], publicCertificate)
	}
	return p | environment(name)
}

func secretUnless(stem []byte, harmless func(stem []byte) bool) Place {
	if harmless(stem) {
		return 0
	}
	return Secret
}

func publicKey(stem []byte) bool {
	return bytes.Contains(stem, []byte("pub"))
}

func publicCertificate(stem []byte) bool {
	if bytes.Contains(stem, []byte("key")) || bytes.Contains(stem, []byte("priv")) {
		return publicKey(stem)
	}
	for _, word := range [...]string{"cert", "chain", "pub", "bundle", "ca-", "csr", "dhparam"} {
		if bytes.Contains(stem, []byte(word)) {
			return true
		}
	}
	return string(stem) == "ca" || bytes.HasSuffix(stem, []byte("-ca")) || bytes.HasSuffix(stem, []byte("root"))
}

// environment says whether name is a file of settings such as .env.production or
// prod.env. Its examples hold none.
func environment(name []byte) Place {
	rest, dotted := bytes.CutPrefix(name, []byte(".env."))
	if !dotted && !bytes.HasSuffix(name, []byte(".env")) {
		return 0
	}
	for _, word := range [...]string{"example", "sample", "template", "dist", "default", "schema", "tmpl", "tpl", ".md", "d.ts", "stub"} {
		if bytes.Contains(rest, []byte(word)) {
			return 0
		}
	}
	return Secret
}

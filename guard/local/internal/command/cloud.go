package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

const awsValued = " --profile --region --output --endpoint-url --query --cli-input-json --cli-connect-timeout --cli-read-timeout --ca-bundle --color "

// aws judges what the verbs of aws do not say, and says whether that settles it.
func (j *judge) aws() bool {
	service, operation := j.operand(0, awsValued), j.operand(1, awsValued)
	if service == nil || operation == nil {
		return false
	}
	switch service.Text {
	case "s3":
		return j.awsFiles(operation)
	case "configure", "help":
		return true
	}
	name := operation.Text
	code, reason := "", ""
	switch {
	case strings.HasPrefix(name, "put-secret-value"), name == "update-secret", name == "put-parameter" && j.has("--overwrite"):
		code, reason = "secret.overwrite", "overwrites a secret that others use"
	case name == "put-bucket-policy", name == "put-bucket-acl", name == "put-object-acl", name == "put-public-access-block":
		code, reason = "cloud.public", "changes who may read what is stored in a cloud"
	case strings.HasPrefix(name, "attach-") && strings.HasSuffix(name, "-policy"), name == "put-user-policy", name == "put-role-policy", name == "create-access-key",
		name == "create-login-profile", name == "update-assume-role-policy", name == "add-user-to-group":
		code, reason = "cloud.privilege", "gives somebody more rights in a cloud"
	case name == "authorize-security-group-ingress" && j.mentions("0.0.0.0/0"):
		code, reason = "cloud.public", "opens something in a cloud to everybody"
	case strings.HasPrefix(name, "release-"), name == "leave-organization", name == "create-invalidation", name == "unsubscribe", j.has("--no-disable-api-termination"), j.has("--no-deletion-protection"),
		name == "update-service" && j.zero("--desired-count"), name == "update-auto-scaling-group" && (j.zero("--min-size") || j.zero("--desired-capacity")):
		code, reason = "cloud.release", "gives up something in a cloud, or what protects it from being deleted"
	case name == "change-resource-record-sets":
		code, reason = "dns.update", "changes names of a DNS zone"
	case name == "stop-logging", name == "delete-trail", name == "stop-configuration-recorder":
		code, reason = "cloud.audit", "turns off what records who did what in a cloud"
	}
	if code != "" {
		j.find(code, guard.SeverityHigh, reason, operation)
	}
	return code != ""
}

// zero says that the value of an option is 0.
func (j *judge) zero(option string) bool {
	value, ok := j.value(option)
	return ok && value.Text == "0"
}

// awsFiles judges aws s3.
func (j *judge) awsFiles(operation *Word) bool {
	switch operation.Text {
	case "rm", "rb":
		return false
	case "sync":
		if j.has("--delete") {
			j.find("storage.sync", guard.SeverityMedium, "deletes whatever is at the destination and not at the source", operation)
		}
	case "cp", "mv":
		if from := j.operand(2, awsValued); from != nil && !strings.HasPrefix(from.Text, "s3://") {
			j.leak(from)
		}
	}
	return true
}

// terraform judges what changes a whole infrastructure.
func (j *judge) terraform() bool {
	verb, second := j.operand(0, ""), j.operand(1, "")
	if verb != nil && verb.Text == "run-all" || verb != nil && verb.Text == "run" {
		verb, second = second, j.operand(2, "")
	}
	if verb == nil {
		return true
	}
	switch verb.Text {
	case "destroy":
		j.find("infrastructure.destroy", guard.SeverityCritical, "destroys infrastructure", verb)
	case "apply":
		if j.hasAny("-destroy", "--destroy") {
			j.find("infrastructure.destroy", guard.SeverityCritical, "destroys infrastructure", verb)
		} else if j.hasAny("-auto-approve", "--auto-approve") {
			j.find("infrastructure.apply", guard.SeverityHigh, "changes infrastructure without anybody having seen the plan", verb)
		}
	case "taint", "force-unlock":
		j.find("infrastructure.state", guard.SeverityHigh, "changes what is known of the infrastructure", verb)
	case "state", "workspace":
		if second != nil && (second.Text == "rm" || second.Text == "push" || second.Text == "delete" || second.Text == "replace-provider") {
			j.find("infrastructure.state", guard.SeverityHigh, "changes what is known of the infrastructure", second)
		}
	}
	return true
}

const kubectlValued = " -n --namespace --context --cluster --kubeconfig --user -s --server --as -l --selector -f --filename -o --output -c --container --token "

// kubectl judges what the verbs of kubectl do not say, and says whether that settles
// it.
func (j *judge) kubectl() bool {
	verb := j.operand(0, kubectlValued)
	if verb == nil {
		return true
	}
	switch verb.Text {
	case "delete":
		j.kubectlDelete(verb)
	case "drain":
		j.find("kubernetes.drain", guard.SeverityHigh, "takes all that runs away from a machine of the cluster", verb)
	case "cordon", "taint":
		j.find("kubernetes.cordon", guard.SeverityMedium, "keeps a machine of the cluster from taking on work", verb)
	case "scale":
		if j.has("--replicas=0") {
			j.find("kubernetes.scale", guard.SeverityHigh, "stops all that a deployment runs", verb)
		}
	case "replace":
		if j.has("--force") {
			j.find("kubernetes.delete", guard.SeverityHigh, "deletes something of a cluster and makes it anew", verb)
		}
	case "apply":
		if j.has("--prune") {
			j.find("kubernetes.delete", guard.SeverityHigh, "deletes what is in a cluster and not in a file", verb)
		}
	case "create":
		if j.verb("clusterrolebinding") && j.mentions("cluster-admin") {
			j.find("kubernetes.privilege", guard.SeverityHigh, "gives somebody all rights in a cluster", verb)
		}
	case "run":
		if j.mentions("privileged") || j.mentions("hostPID") || j.mentions("hostPath") {
			j.find("kubernetes.privileged", guard.SeverityHigh, "starts a container that may do anything with the machine", verb)
		}
	case "rollout":
		if second := j.operand(1, kubectlValued); second != nil && second.Text == "undo" {
			j.find("kubernetes.rollback", guard.SeverityMedium, "puts an older version into service", second)
		}
	}
	return true
}

// kubectlDelete judges kubectl delete by what it deletes, and how many.
func (j *judge) kubectlDelete(verb *Word) {
	if !j.flag('f', "filename") && !j.flag('k', "kustomize") && j.operand(1, kubectlValued) == nil {
		return
	}
	severity := guard.SeverityMedium
	if kind := j.operand(1, kubectlValued); kind != nil {
		name, _, _ := strings.Cut(kind.Text, "/")
		switch singular(name) {
		case "namespace", "ns", "node", "pv", "pvc", "persistentvolume", "persistentvolumeclaim", "crd", "customresourcedefinition",
			"clusterrole", "secret", "all", "statefulset", "sts":
			severity = guard.SeverityCritical
		case "deployment", "deploy", "service", "svc", "daemonset", "ds", "ingress", "configmap", "cm":
			severity = guard.SeverityHigh
		}
	}
	if j.hasAny("--all", "-A", "--all-namespaces") {
		severity = guard.SeverityCritical
	}
	j.find("kubernetes.delete", severity, "deletes something of a cluster", verb)
}

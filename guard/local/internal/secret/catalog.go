package secret

import (
	"slices"

	"github.com/staso-go/staso/guard"
)

const (
	grave   = guard.SeverityCritical // opens an account, or all of a service
	serious = guard.SeverityHigh
	trial   = guard.SeverityMedium // of a test account, or of small reach
)

// catalog returns all kinds. Where several begin with the same word, the first that
// fits is taken; what has no form of its own comes last.
func catalog() []kind {
	return slices.Concat(clouds(), forges(), models(), payments(), messengers(), services(), keys(), loose())
}

func exactly(c class, n int) body        { return body{{class: c, least: n, most: n}} }
func from(c class, least int) body       { return body{{class: c, least: least, most: longest}} }
func span(c class, least, most int) body { return body{{class: c, least: least, most: most}} }

// then joins parts, with a byte between each two.
func then(between byte, parts ...body) body {
	var all body
	for i, p := range parts {
		if i > 0 {
			all = append(all, part{class: inLiteral, least: 1, most: 1, byte: between})
		}
		all = append(all, p...)
	}
	return all
}

func clouds() []kind {
	return []kind{
		{name: "aws_access_key", label: "an AWS access key", grade: grave, prefix: "AKIA", body: exactly(inCapital, 16)},
		{name: "aws_access_key", label: "an AWS session's key", grade: grave, prefix: "ASIA", body: exactly(inCapital, 16)},
		{name: "aws_access_key", label: "an AWS bearer's key", grade: grave, prefix: "ABIA", body: exactly(inCapital, 16)},
		{name: "aws_bedrock_key", label: "an AWS Bedrock key", grade: grave, prefix: "ABSK", body: from(inBase64, 100)},
		{name: "gcp_api_key", label: "a Google API key", grade: serious, prefix: "AIza", body: exactly(inWord, 35)},
		{name: "gcp_oauth_secret", label: "a Google OAuth secret", grade: grave, prefix: "GOCSPX-", body: exactly(inWord, 28)},
		{name: "gcp_oauth_token", label: "a Google access token", grade: serious, prefix: "ya29.", body: from(inWord, 30)},
		{name: "azure_storage_key", label: "an Azure storage account's key", grade: grave, trigger: "accountkey=", reader: azureStorage},
		{name: "azure_client_secret", label: "an Azure application's secret", grade: grave, trigger: "8q~", reader: azureClient},
		{name: "azure_sas", label: "a signed Azure address", grade: serious, trigger: "&sig=", reader: signature},
		{name: "alibaba_access_key", label: "an Alibaba Cloud key", grade: grave, prefix: "LTAI", body: span(inPlain, 16, 22), check: withDigits},
		{name: "tencent_secret_id", label: "a Tencent Cloud key", grade: grave, prefix: "AKID", body: exactly(inPlain, 32), check: withDigits},
		{name: "digitalocean_token", label: "a DigitalOcean token", grade: grave, prefix: "dop_v1_", body: exactly(inHex, 64)},
		{name: "digitalocean_token", label: "a DigitalOcean token", grade: grave, prefix: "doo_v1_", body: exactly(inHex, 64)},
		{name: "digitalocean_token", label: "a DigitalOcean token", grade: grave, prefix: "dor_v1_", body: exactly(inHex, 64)},
		{name: "heroku_key", label: "a Heroku key", grade: grave, prefix: "HRKU-", body: from(inWord, 36)},
		{name: "fly_token", label: "a Fly.io token", grade: grave, prefix: "fo1_", body: from(inWord, 40)},
		{name: "fly_token", label: "a Fly.io token", grade: grave, prefix: "fm2_", body: from(inBase64, 80)},
		{name: "netlify_token", label: "a Netlify token", grade: serious, prefix: "nfp_", body: exactly(inPlain, 36)},
		{name: "render_key", label: "a Render key", grade: serious, prefix: "rnd_", body: from(inPlain, 28), check: mixedCase},
		{name: "cloudflare_origin_key", label: "a Cloudflare origin key", grade: grave, prefix: "v1.0-", body: then('-', exactly(inHex, 24), exactly(inHex, 146))},
		{name: "supabase_token", label: "a Supabase token", grade: grave, prefix: "sbp_", body: exactly(inHex, 40)},
		{name: "supabase_key", label: "a Supabase secret key", grade: grave, prefix: "sb_secret_", body: from(inWord, 24)},
		{name: "planetscale_token", label: "a PlanetScale token", grade: grave, prefix: "pscale_tkn_", body: from(inDotted, 32)},
		{name: "planetscale_token", label: "a PlanetScale password", grade: grave, prefix: "pscale_pw_", body: from(inDotted, 32)},
		{name: "databricks_token", label: "a Databricks token", grade: grave, prefix: "dapi", body: append(exactly(inHex, 32), part{class: inWord, most: 2})},
		{name: "vault_token", label: "a Vault token", grade: grave, prefix: "hvs.", body: from(inWord, 24), check: mixedCase},
		{name: "vault_token", label: "a Vault token", grade: grave, prefix: "hvb.", body: from(inWord, 100), check: mixedCase},
		{name: "terraform_token", label: "a Terraform Cloud token", grade: grave, trigger: ".atlasv1.", reader: terraform},
		{name: "pulumi_token", label: "a Pulumi token", grade: grave, prefix: "pul-", body: exactly(inHex, 40)},
		{name: "doppler_token", label: "a Doppler token", grade: grave, prefix: "dp.pt.", body: span(inPlain, 40, 44)},
		{name: "doppler_token", label: "a Doppler token", grade: grave, prefix: "dp.st.", body: from(inDotted, 40)},
		{name: "onepassword_token", label: "a 1Password token", grade: grave, prefix: "ops_eyJ", body: from(inBase64, 100)},
		{name: "tailscale_key", label: "a Tailscale key", grade: grave, prefix: "tskey-", body: from(inWord, 20), check: withDigits},
	}
}

func forges() []kind {
	github := func(prefix, label string) kind {
		return kind{name: "github_token", label: label, grade: grave, prefix: prefix, body: exactly(inPlain, 36), check: crcOf62}
	}
	gitlab := func(prefix, label string) kind {
		return kind{name: "gitlab_token", label: label, grade: grave, prefix: prefix, body: from(inDotted, 20), check: mixed}
	}
	return []kind{
		github("ghp_", "a GitHub token"), github("gho_", "a GitHub OAuth token"), github("ghu_", "a GitHub user's token"),
		github("ghs_", "a GitHub application's token"), github("ghr_", "a GitHub refresh token"),
		{name: "github_token", label: "a GitHub token", grade: grave, prefix: "github_pat_", body: then('_', exactly(inPlain, 22), exactly(inPlain, 59))},
		gitlab("glpat-", "a GitLab token"), gitlab("gldt-", "a GitLab deploy token"), gitlab("glrt-", "a GitLab runner's token"),
		gitlab("glptt-", "a GitLab trigger's token"), gitlab("glcbt-", "a GitLab job's token"), gitlab("glsoat-", "a GitLab token"),
		gitlab("glagent-", "a GitLab agent's token"), gitlab("gloas-", "a GitLab application's secret"),
		{name: "npm_token", label: "an npm token", grade: grave, prefix: "npm_", body: exactly(inPlain, 36), check: crcOf62},
		{name: "pypi_token", label: "a PyPI token", grade: grave, prefix: "pypi-AgEIcHlwaS5vcmc", body: from(inWord, 50)},
		{name: "pypi_token", label: "a TestPyPI token", grade: trial, prefix: "pypi-AgENdGVzdC5weXBpLm9yZw", body: from(inWord, 50)},
		{name: "rubygems_key", label: "a RubyGems key", grade: grave, prefix: "rubygems_", body: exactly(inHex, 48)},
		{name: "crates_token", label: "a crates.io token", grade: grave, prefix: "cio", body: exactly(inPlain, 32), check: mixedCase},
		{name: "nuget_key", label: "a NuGet key", grade: grave, prefix: "oy2", body: exactly(inSmall, 43), check: withDigits},
		{name: "docker_token", label: "a Docker Hub token", grade: grave, prefix: "dckr_pat_", body: exactly(inWord, 27)},
		{name: "docker_token", label: "a Docker Hub token", grade: grave, prefix: "dckr_oat_", body: from(inWord, 32)},
		{name: "artifactory_key", label: "an Artifactory key", grade: grave, prefix: "AKCp8", body: from(inPlain, 60)},
		{name: "artifactory_key", label: "an Artifactory token", grade: grave, prefix: "cmVmdGtuO", body: from(inPlain, 55)},
		{name: "atlassian_token", label: "an Atlassian token", grade: grave, prefix: "ATATT3xFfGF0", body: from(inDotted, 100)},
		{name: "bitbucket_token", label: "a Bitbucket token", grade: grave, prefix: "ATCTT3xFfGN0", body: from(inDotted, 100)},
		{name: "buildkite_token", label: "a Buildkite token", grade: grave, prefix: "bkua_", body: exactly(inHex, 40)},
		{name: "circleci_token", label: "a CircleCI token", grade: grave, prefix: "CCIPAT_", body: then('_', span(inPlain, 20, 24), exactly(inHex, 40))},
		{name: "sonar_token", label: "a SonarQube token", grade: serious, prefix: "squ_", body: exactly(inHex, 40)},
		{name: "sonar_token", label: "a SonarQube token", grade: serious, prefix: "sqp_", body: exactly(inHex, 40)},
	}
}

func models() []kind {
	return []kind{
		{name: "anthropic_key", label: "an Anthropic key", grade: grave, prefix: "sk-ant-", body: from(inWord, 40), check: withDigits},
		{name: "openai_key", label: "an OpenAI key", grade: grave, prefix: "sk-proj-", body: from(inWord, 40), check: withDigits},
		{name: "openai_key", label: "an OpenAI key", grade: grave, prefix: "sk-svcacct-", body: from(inWord, 40), check: withDigits},
		{name: "openai_key", label: "an OpenAI administrator's key", grade: grave, prefix: "sk-admin-", body: from(inWord, 40), check: withDigits},
		{name: "openrouter_key", label: "an OpenRouter key", grade: grave, prefix: "sk-or-v1-", body: exactly(inHex, 64)},
		{name: "openai_key", label: "an OpenAI key", grade: grave, prefix: "sk-", body: span(inPlain, 32, 64), check: openAI},
		{name: "huggingface_token", label: "a Hugging Face token", grade: grave, prefix: "hf_", body: span(inPlain, 34, 40)},
		{name: "huggingface_token", label: "a Hugging Face organisation's token", grade: grave, prefix: "api_org_", body: exactly(inPlain, 34)},
		{name: "replicate_token", label: "a Replicate token", grade: grave, prefix: "r8_", body: exactly(inPlain, 37)},
		{name: "groq_key", label: "a Groq key", grade: grave, prefix: "gsk_", body: exactly(inPlain, 52)},
		{name: "perplexity_key", label: "a Perplexity key", grade: grave, prefix: "pplx-", body: from(inPlain, 40)},
		{name: "xai_key", label: "an xAI key", grade: grave, prefix: "xai-", body: from(inPlain, 70)},
		{name: "fireworks_key", label: "a Fireworks key", grade: grave, prefix: "fw_", body: exactly(inPlain, 24), check: mixedCase},
		{name: "langsmith_key", label: "a LangSmith key", grade: serious, prefix: "lsv2_pt_", body: then('_', exactly(inHex, 32), exactly(inHex, 10))},
		{name: "langsmith_key", label: "a LangSmith key", grade: serious, prefix: "lsv2_sk_", body: then('_', exactly(inHex, 32), exactly(inHex, 10))},
		{name: "pinecone_key", label: "a Pinecone key", grade: grave, prefix: "pcsk_", body: from(inWord, 50)},
		{name: "tavily_key", label: "a Tavily key", grade: serious, prefix: "tvly-", body: from(inWord, 30), check: withDigits},
	}
}

func payments() []kind {
	return []kind{
		{name: "stripe_key", label: "a Stripe key", grade: grave, prefix: "sk_live_", body: from(inPlain, 20)},
		{name: "stripe_key", label: "a Stripe key", grade: grave, prefix: "rk_live_", body: from(inPlain, 20)},
		{name: "stripe_test_key", label: "a Stripe test key", grade: trial, prefix: "sk_test_", body: from(inPlain, 20)},
		{name: "stripe_test_key", label: "a Stripe test key", grade: trial, prefix: "rk_test_", body: from(inPlain, 20)},
		{name: "stripe_webhook_secret", label: "a Stripe webhook's secret", grade: serious, prefix: "whsec_", body: from(inBase64, 24)},
		{name: "square_token", label: "a Square token", grade: grave, prefix: "sq0atp-", body: exactly(inWord, 22)},
		{name: "square_secret", label: "a Square secret", grade: grave, prefix: "sq0csp-", body: exactly(inWord, 43)},
		{name: "square_token", label: "a Square token", grade: grave, prefix: "EAAA", body: exactly(inWord, 60), check: mixedCase},
		{name: "shopify_token", label: "a Shopify token", grade: grave, prefix: "shpat_", body: exactly(inHex, 32)},
		{name: "shopify_token", label: "a Shopify token", grade: grave, prefix: "shpca_", body: exactly(inHex, 32)},
		{name: "shopify_token", label: "a Shopify token", grade: grave, prefix: "shppa_", body: exactly(inHex, 32)},
		{name: "shopify_secret", label: "a Shopify shared secret", grade: grave, prefix: "shpss_", body: exactly(inHex, 32)},
		{name: "paypal_token", label: "a PayPal token", grade: grave, prefix: "access_token$production$", body: then('$', exactly(inSmall, 16), exactly(inHex, 32))},
		{name: "plaid_token", label: "a Plaid token", grade: grave, prefix: "access-production-", body: from(inWord, 36), check: withDigits},
		{name: "flutterwave_key", label: "a Flutterwave key", grade: grave, prefix: "FLWSECK-", body: from(inWord, 32)},
		{name: "shippo_token", label: "a Shippo token", grade: grave, prefix: "shippo_live_", body: exactly(inHex, 40)},
		{name: "easypost_key", label: "an EasyPost key", grade: grave, prefix: "EZAK", body: exactly(inPlain, 54)},
		{name: "duffel_token", label: "a Duffel token", grade: grave, prefix: "duffel_live_", body: from(inWord, 40)},
	}
}

func messengers() []kind {
	slack := func(prefix, label string) kind {
		return kind{name: "slack_token", label: label, grade: grave, prefix: prefix, body: from(inWord, 24), check: withDigits}
	}
	return []kind{
		slack("xoxb-", "a Slack bot's token"), slack("xoxp-", "a Slack user's token"), slack("xoxa-", "a Slack token"),
		slack("xoxr-", "a Slack refresh token"), slack("xoxs-", "a Slack session"), slack("xoxc-", "a Slack session"),
		slack("xoxd-", "a Slack session"), slack("xapp-", "a Slack application's token"), slack("xoxe-", "a Slack refresh token"),
		{name: "slack_webhook", label: "a Slack webhook", grade: serious, prefix: "hooks.slack.com/services/", body: then('/', from(inCapital, 8), from(inCapital, 8), from(inPlain, 20))},
		{name: "slack_webhook", label: "a Slack workflow's webhook", grade: serious, prefix: "hooks.slack.com/workflows/", body: then('/', from(inCapital, 8), from(inCapital, 8), from(inDigit, 10), from(inPlain, 20))},
		{name: "discord_webhook", label: "a Discord webhook", grade: serious, prefix: "discord.com/api/webhooks/", body: then('/', from(inDigit, 17), from(inWord, 60))},
		{name: "discord_webhook", label: "a Discord webhook", grade: serious, prefix: "discordapp.com/api/webhooks/", body: then('/', from(inDigit, 17), from(inWord, 60))},
		{name: "discord_token", label: "a Discord bot's token", grade: grave, trigger: "bot ", reader: discord},
		{name: "telegram_token", label: "a Telegram bot's token", grade: grave, trigger: ":aa", reader: telegram},
		{name: "sendgrid_key", label: "a SendGrid key", grade: grave, prefix: "SG.", body: then('.', exactly(inWord, 22), exactly(inWord, 43))},
		{name: "mailgun_key", label: "a Mailgun key", grade: grave, prefix: "key-", body: exactly(inHex, 32)},
		{name: "mailchimp_key", label: "a Mailchimp key", grade: grave, trigger: "-us", reader: mailchimp},
		{name: "brevo_key", label: "a Brevo key", grade: grave, prefix: "xkeysib-", body: then('-', exactly(inHex, 64), exactly(inPlain, 16))},
		{name: "twilio_key", label: "a Twilio key", grade: grave, trigger: "twilio", reader: twilio},
	}
}

func services() []kind {
	return []kind{
		{name: "notion_token", label: "a Notion token", grade: serious, prefix: "ntn_", body: from(inPlain, 40)},
		{name: "notion_token", label: "a Notion token", grade: serious, prefix: "secret_", body: exactly(inPlain, 43), check: mixedCase},
		{name: "linear_key", label: "a Linear key", grade: serious, prefix: "lin_api_", body: exactly(inPlain, 40)},
		{name: "airtable_token", label: "an Airtable token", grade: serious, prefix: "pat", body: then('.', exactly(inPlain, 14), exactly(inHex, 64))},
		{name: "figma_token", label: "a Figma token", grade: serious, prefix: "figd_", body: from(inWord, 40)},
		{name: "grafana_token", label: "a Grafana token", grade: serious, prefix: "glsa_", body: then('_', exactly(inPlain, 32), exactly(inHex, 8))},
		{name: "grafana_token", label: "a Grafana Cloud token", grade: serious, prefix: "glc_eyJ", body: from(inBase64, 40)},
		{name: "sentry_token", label: "a Sentry token", grade: serious, prefix: "sntrys_eyJ", body: from(inDotted, 60)},
		{name: "sentry_token", label: "a Sentry token", grade: serious, prefix: "sntryu_", body: exactly(inHex, 64)},
		{name: "newrelic_key", label: "a New Relic key", grade: serious, prefix: "NRAK-", body: exactly(inCapital, 27)},
		{name: "dynatrace_token", label: "a Dynatrace token", grade: serious, prefix: "dt0c01.", body: then('.', exactly(inCapital, 24), exactly(inCapital, 64))},
		{name: "postman_key", label: "a Postman key", grade: serious, prefix: "PMAK-", body: then('-', exactly(inHex, 24), exactly(inHex, 34))},
		{name: "contentful_token", label: "a Contentful token", grade: serious, prefix: "CFPAT-", body: exactly(inWord, 43)},
		{name: "hubspot_token", label: "a HubSpot token", grade: serious, prefix: "pat-na1-", body: from(inWord, 36), check: withDigits},
		{name: "facebook_token", label: "a Facebook token", grade: serious, prefix: "EAACEdEose0cBA", body: from(inPlain, 20)},
		{name: "prefect_key", label: "a Prefect key", grade: serious, prefix: "pnu_", body: exactly(inPlain, 36)},
		{name: "infracost_key", label: "an Infracost key", grade: serious, prefix: "ico-", body: exactly(inPlain, 32), check: mixedCase},
		{name: "adafruit_key", label: "an Adafruit key", grade: serious, prefix: "aio_", body: exactly(inPlain, 28), check: mixedCase},
		{name: "typeform_token", label: "a Typeform token", grade: serious, prefix: "tfp_", body: from(inDotted, 40), check: withDigits},
	}
}

func keys() []kind {
	return []kind{
		{name: "private_key", label: "a private key", grade: grave, trigger: "-----begin ", reader: pem},
		{name: "private_key", label: "a private key", grade: grave, trigger: "putty-user-key-file-", reader: putty},
		{name: "age_key", label: "an age key", grade: grave, prefix: "AGE-SECRET-KEY-1", body: exactly(inCapital, 58)},
		{name: "jwt", label: "a JSON web token", grade: serious, trigger: "eyj", reader: jwt},
	}
}

package prompt

import "strings"

// triggers returns the words that signs begin with, in lower case, and who looks at
// what stands about them. The letters of other scripts are given in both cases.
func triggers() []trigger {
	return []trigger{
		{overrides, []string{
			"ignor", "disregard", "forget", "overrid", "bypass", "discard", "neglect", "stop following", "stop obeying", "not follow", "vergiss", "vergessen",
			"missacht", "oubli", "olvid", "omite", "esque", "dimentic", "negeer", "vergeet", "zignoruj", "zapomnij", "игнорир", "Игнорир", "забуд",
			"Забуд", "yoksay", "görmezden", "unutun", "تجاهل", "अनदेखा", "नज़रअंदाज",
		}},
		{unspaced, []string{"忽略", "无视", "無視", "忘记", "忘掉", "忘れ", "무시", "잊어"}},
		{roles, []string{"you are now", "you're now", "act as", "pretend", "you will act", "from now on", "roleplay as", "role of"}},
		{phrase(role, 1.2), []string{"do anything now", "jailbroken", "dan mode"}},
		{phrase(role, 0.7), []string{"developer mode", "god mode", "sudo mode", "unrestricted mode", "no longer bound", "not bound by", "free of all restrictions"}},
		{phrase(role, 0.4), []string{"jailbreak", "stay in character", "typical confines", "opposite mode", "without any restrictions", "no restrictions"}},
		{phrase(marker, 1.2), []string{
			"<|im_start|>", "<|im_end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|endoftext|>", "<|start_header_id|>", "<|eot_id|>",
			"<system mode", "</system_mode", "<\\system_mode", "<system_prompt>", "<system prompt>", "<system_override", "begin_system", "<start_of_turn>",
		}},
		{phrase(marker, 1), []string{
			"end of system prompt", "begin system prompt", "begin system message", "[system message]", "[system note", "[system override", "[admin override",
			"system override", "<system-reminder>", "new system prompt", "### system:", "###system:", "### new instruction",
		}},
		{phrase(marker, 0.6), []string{"<system>", "[system]", "### instruction", "new instructions:", "updated instructions:", "important instructions:", "admin override"}},
		{capitals(marker, 1.2), []string{"[inst]", "[/inst]", "<<sys>>"}},
		{lines, []string{"system:", "assistant:", "human:"}},
		{extracts, []string{
			"system prompt", "initial prompt", "your prompt", "your instructions", "hidden instruction", "hidden prompt", "initial instructions", "original instructions",
			"system instruction", "your system message", "your guidelines", "your rules", "text above", "words above", "everything above", "pre-prompt", "preprompt",
		}},
		{secrets, []string{"password", "passphrase", "passcode", "secret key", "your secret", "api key", "mot de passe", "passwort", "contraseña", "senha", "парол", "密码", "パスワード", "비밀번호", "पासवर्ड"}},
		{conceals, []string{
			"not tell", "n't tell", "without telling", "not mention", "n't mention", "not inform", "n't inform", "not notify", "n't notify", "not alert", "without informing",
			"not disclose to", "hide this from", "keep this from",
		}},
		{sends, []string{
			"conversation history", "chat history", "this conversation", "entire conversation", "api keys", "credentials", "access token", "environment variables",
			"private key", "contents of", "user's data", "personal data", "private data", "their data", "user data", "all emails", "session token",
		}},
		{phrase(authority, 0.6), []string{
			"i'm your developer", "i am your developer", "i'm your creator", "i am your creator", "as an ai developed by", "i'm the developer of this", "i am your administrator",
			"i'm your administrator", "i am your admin", "on behalf of openai", "on behalf of anthropic",
		}},
		{phrase(authority, 0.4), []string{
			"maintenance mode", "system check", "system upgrade", "system reset", "security audit", "debug mode", "diagnostic mode", "output the following", "test mode",
			"i'm a developer", "i am a developer", "as your boss", "i am authorized", "i'm authorized",
		}},
		{addresses, []string{
			"ai assistant", "ai agent", "ai model", "language model", "llm", "if you are an ai", "if you're an ai", "dear assistant", "attention ai", "note to ai", "note to the ai",
			"instructions for ai", "message to the ai", "chatbot reading", "agents reading", "assistant reading", "hey gpt", "hey claude", "dear ai", "note to assistant",
		}},
		{comments, []string{"<!--"}},
		{tagged, []string{"\xf3\xa0\x80", "\xf3\xa0\x81"}},
		{invisible, []string{"\u200b", "\u200c", "\u200d", "\u2060", "\u2061", "\u2062", "\u2063", "\u2064", "\ufeff", "\xf3\xa0\x84", "\xf3\xa0\x85", "\ufe00", "\ufe01", "\ufe02"}},
		{turned, []string{"\u202e", "\u202d"}},
		{rotated, []string{"vafgehpgvba", "vtaber", "qvfertneq", "snoitcurtsni", "tpmorp metsys"}},
		{baseEncoded, []string{
			"awdub3jl", "swdub3jl", "sudot1jf", "zglzcmvnyxjk", "rglzcmvnyxjk", "zm9yz2v0", "rm9yz2v0", "cmv2zwfs", "umv2zwfs", "ew91igfyzsbub3c", "ww91igfyzsbub3c",
			"c3lzdgvt", "u3lzdgvt", "u1ltvevn",
		}},
		{repeats, []string{"repeat"}},
	}
}

// capitals is phrase for a trigger that counts in capital letters alone.
func capitals(s sign, weight float64) look {
	return func(r *reader, at, n int) {
		if strings.ToUpper(r.text[at:at+n]) == r.text[at:at+n] {
			r.add(s, weight, at, at+n)
		}
	}
}

// phrase is a look at a trigger that is a sign by itself.
func phrase(s sign, weight float64) look {
	return func(r *reader, at, n int) { r.add(s, weight, at, at+n) }
}

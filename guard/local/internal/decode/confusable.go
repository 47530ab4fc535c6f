package decode

// latin is the ASCII character that r looks like, or r. It knows the letters of
// Greek and Cyrillic that are drawn like Latin ones, and the dashes, quotes,
// slashes and dots that NFKC leaves alone.
func latin(r rune) rune {
	switch {
	case r >= 0x0370 && r <= 0x03ff:
		return greek(r)
	case r >= 0x0400 && r <= 0x052f:
		return cyrillic(r)
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xfe58:
		return '-'
	case r == 0x2018, r == 0x2019, r == 0x201b, r == 0x2032, r == 0x02bc:
		return '\''
	case r == 0x201c, r == 0x201d, r == 0x201f, r == 0x2033:
		return '"'
	case r == 0x2044, r == 0x2215, r == 0x29f8:
		return '/'
	case r == 0x29f5, r == 0x2216:
		return '\\'
	case r == 0x0131:
		return 'i'
	case r == 0x3002:
		return '.'
	}
	return r
}

// greek is written in code points: the letters would look like what they become.
func greek(r rune) rune {
	switch {
	case r >= 0x0391 && r <= 0x03a9:
		return choose(r, "AB..EZH.IK.MN.O.P..TY.X..", 0x0391)
	case r >= 0x03b1 && r <= 0x03c9:
		return choose(r, "a.y...n.ik..v.o.p..tu.x.w", 0x03b1)
	}
	return r
}

func cyrillic(r rune) rune {
	switch {
	case r >= 0x0410 && r <= 0x042f:
		return choose(r, "A.B..E....K.MHO.PCTY.X..........", 0x0410)
	case r >= 0x0430 && r <= 0x044f:
		return choose(r, "a....e....k.mho.pcty.x..........", 0x0430)
	}
	switch r {
	case 0x0455:
		return 's'
	case 0x0456, 0x0457:
		return 'i'
	case 0x0458:
		return 'j'
	case 0x0501:
		return 'd'
	case 0x051b:
		return 'q'
	case 0x051d:
		return 'w'
	case 0x0405:
		return 'S'
	case 0x0406:
		return 'I'
	case 0x0408:
		return 'J'
	}
	return r
}

// choose reads the table at r's place from first on; a dot, and what is beyond it,
// leaves r.
func choose(r rune, table string, first rune) rune {
	if i := int(r - first); i < len(table) && table[i] != '.' {
		return rune(table[i])
	}
	return r
}

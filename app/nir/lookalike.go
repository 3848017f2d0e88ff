package nir

// looksLikeCaseNumber: 7 digits, and a letter that some letters and forms add.
func looksLikeCaseNumber(text string) bool {
	return len(text) == 7 && allDigits(text) ||
		len(text) == 8 && allDigits(text[:7]) && isLetter(rune(text[7]))
}

// looksLikeTaxNumber: 13 digits of which the first is 0 to 3 and the last three
// are the first ten modulo 511.
func looksLikeTaxNumber(text string) bool {
	if len(text) != 13 || !allDigits(text) || text[0] > '3' {
		return false
	}
	remainder := 0
	for i := 0; i < 10; i++ {
		remainder = (remainder*10 + int(text[i]-'0')) % 511
	}
	return remainder == int(text[10]-'0')*100+int(text[11]-'0')*10+int(text[12]-'0')
}

func allDigits(text string) bool {
	for _, c := range text {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

package nir

// Key computes the key of the 13 characters of a NIR in canonical form:
// 97 - (N mod 97), from 1 to 97. At positions 6-7 only, 2A is read as 19 and 2B
// as 18. It returns false for what is not 13 digits, or 11 and 2A or 2B there.
func Key(thirteen string) (int, bool) {
	if len(thirteen) != length {
		return 0, false
	}
	remainder := 0
	for i := 0; i < length; i++ {
		c := thirteen[i]
		switch {
		case '0' <= c && c <= '9':
			remainder = (remainder*10 + int(c-'0')) % 97
		case i == 6 && thirteen[5] == '2' && c == 'A':
			remainder = (remainder*10 + 97 - 1) % 97 // the 2 is read: 20 - 1 = 19
		case i == 6 && thirteen[5] == '2' && c == 'B':
			remainder = (remainder*10 + 97 - 2) % 97
		default:
			return 0, false
		}
	}
	return 97 - remainder, true
}

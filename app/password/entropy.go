package password

import "math"

// bits is the entropy of the CNIL (délibération 2022-100): the length times
// the logarithm of the alphabet, which grows with each class in use: 26
// lower-case letters, 26 capitals, 10 digits, 37 other characters. What is not
// ASCII counts among the 37, which is less than its due.
func bits(typed string, length int) float64 {
	var lower, upper, digit, other float64
	for _, r := range typed {
		switch {
		case 'a' <= r && r <= 'z':
			lower = 26
		case 'A' <= r && r <= 'Z':
			upper = 26
		case '0' <= r && r <= '9':
			digit = 10
		default:
			other = 37
		}
	}
	if length == 0 {
		return 0
	}
	return float64(length) * math.Log2(lower+upper+digit+other)
}

package password_test

import (
	"strings"
	"testing"

	"moncompte/app/password"
)

func BenchmarkCheck(b *testing.B) {
	l := list(b)
	for name, typed := range map[string]string{
		"common":  "Marseille2023!",
		"phrase":  "girafe parapluie 42 cactus",
		"random":  "kX7#pq2Lmv9Z",
		"struck":  "k" + strings.Repeat("1", password.MaxLength-1),
		"zigzag":  "k" + strings.Repeat("azertyuiop", 24) + "x",
		"dashes":  "k" + strings.Repeat("- ", 120) + "x7",
		"longest": strings.Repeat("azerty12", password.MaxLength/8-1) + "kX7#pq2L",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				password.Check(typed, claire, l)
			}
		})
	}
}

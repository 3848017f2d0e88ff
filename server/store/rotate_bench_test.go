package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"moncompte/server/check"
	"moncompte/server/keys"
	"moncompte/server/portal"
	"moncompte/server/store"
	"moncompte/server/store/storetest"
)

// BenchmarkChangeOfKeys imports as many accounts as -benchtime says (50000x) from a file with every column, and moves them over to a new
// key. It reports of-import, the time of the change as a share of that of the import.
func BenchmarkChangeOfKeys(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine.Name, func(b *testing.B) {
			var file strings.Builder
			fmt.Fprintln(&file, strings.Join(portal.ImportColumns, ","))
			for i := range b.N {
				fmt.Fprintf(&file, "K%07d,DURAND,MARTIN,Nathalie Anne,female,1969-%02d-%02d,49588,99100,personne%d@example.org,+336%08d,"+
					"\"$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g\"\n",
					i, 1+i%12, 1+i%28, i, 10000000+i)
			}
			path := keysFile(b)
			ring, err := keys.Load(path)
			check.OK(b, err)
			s := storetest.Open(b, store.Options{URL: engine.URL(b), Keys: ring})
			check.OK(b, s.AdoptKeys(b.Context()))
			b.ResetTimer()
			began := time.Now()
			result, err := portal.Import(b.Context(), s, strings.NewReader(file.String()), portal.ImportOptions{})
			if err != nil || result.Created != b.N {
				b.Fatalf("%d of %d accounts imported, %d bad, %v", result.Created, b.N, len(result.Bad), err)
			}
			imported := time.Since(began)
			check.OK(b, check.ErrOf(keys.Add(path, nil, time.Now())))
			check.OK(b, check.ErrOf(ring.Reload()))
			began = time.Now()
			moved, err := s.Rotate(b.Context(), 2, store.Rotation{})
			if err != nil || moved != b.N {
				b.Fatalf("%d of %d rows moved over, %v", moved, b.N, err)
			}
			rotated := time.Since(began)
			b.ReportMetric(rotated.Seconds()/imported.Seconds(), "of-import")
			b.ReportMetric(imported.Seconds()/float64(b.N)*1e6, "import-µs/account")
			b.ReportMetric(rotated.Seconds()/float64(b.N)*1e6, "change-µs/account")
			b.ReportMetric(0, "ns/op")
		})
	}
}

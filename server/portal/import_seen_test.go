package portal

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestALineIsFoundAgainWhereverTheTableIs(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		inside uint64
		tmp    string
		file   bool
	}{
		"in memory":              {1 << 20, dir, false},
		"in a file":              {64, dir, true},
		"where none can be made": {64, dir + "/missing", false},
	} {
		t.Setenv("TMPDIR", c.tmp)
		s := newSeenLines(16, c.inside)
		for line := 2; line < 5000; line++ {
			for _, want := range []int{0, line} {
				if first, err := s.first(fmt.Sprintf("K%07d", line), line); err != nil || first != want {
					t.Fatalf("%s: line %d stood first on line %d, %v; want %d", name, line, first, err, want)
				}
			}
		}
		if first, err := s.first("K0000777", 9999); err != nil || first != 777 {
			t.Errorf("%s: line %d, %v; want 777", name, first, err)
		}
		if _, file := s.on.(slotsInFile); file != c.file {
			t.Errorf("%s: kept in a file: %v", name, file)
		}
		kept := make([]byte, s.slots*slotSize)
		if _, err := s.on.ReadAt(kept, 0); err != nil || bytes.Contains(kept, []byte("K00")) {
			t.Errorf("%s: an identifier can be read, or nothing: %v", name, err)
		}
		s.close()
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// BenchmarkSeenLines is what a row takes in a table in a file, and, as of-memory, that of what it takes in memory.
func BenchmarkSeenLines(b *testing.B) {
	const rows = 3_000_000
	fill := func(inside uint64) time.Duration {
		s := newSeenLines(slotsFirst, inside)
		defer s.close()
		began := time.Now()
		for i := range rows {
			if _, err := s.first(fmt.Sprintf("%013d", i), i+1); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(began)
	}
	var file, memory time.Duration
	for b.Loop() {
		file, memory = file+fill(slotsInside), memory+fill(1<<40)
	}
	b.ReportMetric(float64(file.Nanoseconds())/rows/float64(b.N), "ns/row")
	b.ReportMetric(float64(file)/float64(memory), "of-memory")
	b.ReportMetric(0, "ns/op")
}

package aide

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/text/unicode/norm"
)

// ids gives headings addresses that a person can read: « Où est-il ? » is "ou-est-il". goldmark's own would drop accented
// letters. It implements parser.IDs for one page.
type ids map[string]bool

// ligatures are two letters that Unicode does not take apart.
var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae")

func newIDs() ids { return ids{} }

// Generate returns an id that the page does not have yet.
func (used ids) Generate(value []byte, _ ast.NodeKind) []byte {
	var b strings.Builder
	gap := false
	for _, c := range norm.NFD.String(ligatures.Replace(strings.ToLower(string(value)))) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(c)
		case !unicode.Is(unicode.Mn, c):
			gap = true
		}
	}
	base := b.String()
	if base == "" {
		base = "partie"
	}
	id := base
	for n := 2; used[id]; n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	used[id] = true
	return []byte(id)
}

// Put takes an id that is written in the page.
func (used ids) Put(value []byte) { used[string(value)] = true }

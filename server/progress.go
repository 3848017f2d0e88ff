package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// bar draws how much of some work is done, when it is shown on a terminal.
type bar struct {
	to    io.Writer // nil = nothing is drawn
	drawn time.Time
}

func newBar(to io.Writer) *bar {
	if terminal, ok := to.(*os.File); ok && term.IsTerminal(int(terminal.Fd())) {
		return &bar{to: to}
	}
	return &bar{}
}

func (b *bar) draw(share float64) {
	if b.to == nil || time.Since(b.drawn) < 100*time.Millisecond {
		return
	}
	b.drawn = time.Now()
	share = min(share, 1)
	full := int(share * 30)
	fmt.Fprintf(b.to, "\r[%s%s] %3.0f %%", strings.Repeat("#", full), strings.Repeat(".", 30-full), share*100)
}

// done removes the drawing.
func (b *bar) done() {
	if b.to != nil {
		fmt.Fprint(b.to, "\r\033[K")
	}
}

// progress reads a file and draws how much of it has been read.
type progress struct {
	*bar
	file       *os.File
	read, size int64 // size 0 = nothing is drawn
}

func newProgress(to io.Writer, file *os.File) *progress {
	p := &progress{bar: newBar(to), file: file}
	if info, err := file.Stat(); err == nil {
		p.size = info.Size()
	}
	return p
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.file.Read(b)
	p.read += int64(n)
	if p.size > 0 {
		p.draw(float64(p.read) / float64(p.size))
	}
	return n, err
}

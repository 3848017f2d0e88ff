package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress reads a file and draws how much of it has been read, when the other end is a terminal.
type progress struct {
	file  *os.File
	to    io.Writer // nil = nothing is drawn
	size  int64
	read  int64
	drawn time.Time
}

func newProgress(to io.Writer, file *os.File) *progress {
	p := &progress{file: file}
	terminal, ok := to.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return p
	}
	if info, err := file.Stat(); err == nil && info.Size() > 0 {
		p.to, p.size = to, info.Size()
	}
	return p
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.file.Read(b)
	p.read += int64(n)
	if p.to != nil && time.Since(p.drawn) > 100*time.Millisecond {
		p.drawn = time.Now()
		share := min(float64(p.read)/float64(p.size), 1)
		full := int(share * 30)
		fmt.Fprintf(p.to, "\r[%s%s] %3.0f %%", strings.Repeat("#", full), strings.Repeat(".", 30-full), share*100)
	}
	return n, err
}

// done removes the drawing.
func (p *progress) done() {
	if p.to != nil {
		fmt.Fprint(p.to, "\r\033[K")
	}
}

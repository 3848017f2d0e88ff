package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"

	"github.com/andybalholm/brotli"

	"moncompte/static"
)

// moderate and thorough are how hard to compress: while somebody waits, and once for everybody.
var (
	moderate = effort{brotli: 5, gzip: gzip.DefaultCompression}
	thorough = effort{brotli: brotli.BestCompression, gzip: gzip.BestCompression}
)

type effort struct{ brotli, gzip int }

// compress returns the body in a coding. It returns the body itself for identity, and where a coding makes it no smaller.
func (e effort) compress(coding string, body []byte) (string, []byte) {
	var out bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "br":
		w = brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: e.brotli, LGWin: 18})
	case "gzip":
		w, _ = gzip.NewWriterLevel(&out, e.gzip) // the level is one of its own
	default:
		return "identity", body
	}
	w.Write(body) // a buffer takes everything
	w.Close()
	if out.Len() >= len(body) {
		return "identity", body
	}
	return coding, out.Bytes()
}

// coding is the one to answer a request in.
func coding(r *http.Request) string {
	return static.Choose(r.Header.Values("Accept-Encoding"), static.Codings)
}

package fctest

import (
	"fmt"
	"net/http"
)

// Answer is what the provider sends.
type Answer struct {
	Status int
	Header http.Header // nil = none
	Body   []byte

	Hang bool // nothing is sent until the other side leaves or the test ends
	Drip bool // half of the body is sent, the rest never
	Cut  bool // the connection ends at half of the body
}

func (p *Provider) send(w http.ResponseWriter, r *http.Request, a Answer) {
	if a.Hang {
		p.wait(r)
		return
	}
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	if !a.Drip && !a.Cut {
		w.WriteHeader(a.Status)
		w.Write(a.Body)
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(a.Body)))
	w.WriteHeader(a.Status)
	w.Write(a.Body[:len(a.Body)/2])
	http.NewResponseController(w).Flush()
	if a.Drip {
		p.wait(r)
	}
	panic(http.ErrAbortHandler)
}

func (p *Provider) wait(r *http.Request) {
	p.hung <- struct{}{}
	select {
	case <-r.Context().Done():
	case <-p.done:
	}
}

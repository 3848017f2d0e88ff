package static

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Codings are the content codings that we answer in, best first.
var Codings = []string{"br", "gzip", "identity"}

// Send answers GET and HEAD with a content that has been put into a coding. A tag other than "" names the content and the coding:
// each form has one of its own (RFC 9110 §8.8.3.3), and whoever has it is answered with 304. The caller sets Content-Type.
func Send(w http.ResponseWriter, r *http.Request, coding, tag string, body io.ReadSeeker) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if tag != "" {
		h.Set("ETag", `"`+tag+`"`)
	}
	if coding != "identity" {
		h.Set("Content-Encoding", coding)
		// ServeContent leaves the length out when there is a coding, because others compress behind it. It must stay out when
		// 412 may be the answer: that has no body.
		if size, err := body.Seek(0, io.SeekEnd); err == nil && r.Header.Get("If-Match") == "" {
			h.Set("Content-Length", strconv.FormatInt(size, 10))
		}
	}
	http.ServeContent(w, r, "", time.Time{}, body)
}

// Choose returns the offered coding with the highest weight in the Accept-Encoding lines (RFC 9110 §12.5.3), the first of equals.
// A client that accepts none of them, or says nothing, gets the last one, which has to be identity.
func Choose(accept, offered []string) string {
	weights := parseAccept(accept)
	best, bestWeight := offered[len(offered)-1], 0.0
	for _, coding := range offered {
		weight, named := weights[coding]
		if !named && coding != "identity" {
			weight = weights["*"]
		}
		if weight > bestWeight {
			best, bestWeight = coding, weight
		}
	}
	return best
}

// parseAccept returns the weight of each coding named, 0 to 1. A malformed weight counts as 0: the plain form is always right.
func parseAccept(lines []string) map[string]float64 {
	weights := map[string]float64{}
	for item := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		coding, params, _ := strings.Cut(item, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		weight := 1.0
		if key, value, found := strings.Cut(params, "="); found && strings.EqualFold(strings.TrimSpace(key), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || !(q >= 0 && q <= 1) {
				q = 0
			}
			weight = q
		}
		if coding == "x-gzip" {
			coding = "gzip"
		}
		if coding != "" {
			weights[coding] = weight
		}
	}
	return weights
}

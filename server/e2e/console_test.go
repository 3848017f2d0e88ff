package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// console gathers what the browser complains about in one page.
type console struct {
	mu         sync.Mutex
	complaints []string
	expected   []string
}

// listen takes the events of the page, in the goroutine that reads them. Breaches of the content security policy and
// failed requests are entries of the log.
func (c *console) listen(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			var words []string
			for _, a := range e.Args {
				words = append(words, strings.Trim(string(a.Value)+" "+a.Description, " "))
			}
			c.complaints = append(c.complaints, fmt.Sprintf("console.%s: %s", e.Type, strings.Join(words, " ")))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		c.complaints = append(c.complaints, "exception: "+text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			c.complaints = append(c.complaints, fmt.Sprintf("%s %s: %s (%s)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	}
}

// expect allows complaints that contain the text: the browser logs every answer of 400 and above, also one that a test
// asks for.
func (c *console) expect(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expected = append(c.expected, text)
}

// expectNoNetwork allows what the browser says when a test stops the site: of a request, and of the service worker, whose script may be
// under way at that moment.
func (c *console) expectNoNetwork() {
	c.expect("net::ERR_")
	c.expect("An unknown error occurred when fetching the script")
}

// complain notes a complaint.
func (c *console) complain(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.complaints = append(c.complaints, text)
}

// check fails the test for each complaint that it did not expect.
func (c *console) check(t testing.TB) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, complaint := range c.complaints {
		if !c.wasExpected(complaint) {
			t.Errorf("the browser complains: %s", complaint)
		}
	}
}

func (c *console) wasExpected(complaint string) bool {
	for _, text := range c.expected {
		if strings.Contains(complaint, text) {
			return true
		}
	}
	return false
}

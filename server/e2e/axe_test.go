package e2e

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// engine is a program that looks for what keeps people out of a page, and a function that asks it and returns what it finds.
type engine struct {
	global string // what its file defines
	file   func() (string, error)
	ask    string
}

//go:embed testdata/axe.js
var askAxe string

//go:embed testdata/ibm.js
var askIBM string

var (
	axe = engine{"axe", sync.OnceValues(func() (string, error) { return fromNPM("axe-core/axe.min.js") }), askAxe}
	ibm = engine{"ace", sync.OnceValues(func() (string, error) { return fromNPM("accessibility-checker-engine/ace.js") }), askIBM}
)

// fromNPM reads a file of the packages that the folder node lists.
func fromNPM(path string) (string, error) {
	b, err := os.ReadFile("node/node_modules/" + path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", errors.New("npm packages are missing: run `go tool -modfile=tools.mod task setup`")
	}
	return string(b), err
}

// axe fails the test for everything in the page that breaks WCAG 2.2 A or AA, or a best practice, as far as a program can
// tell. With the names of rules it looks at these alone.
func (p *tab) axe(where string, rules ...string) {
	p.t.Helper()
	for _, defect := range p.axeFinds(rules...) {
		p.t.Errorf("%s: %s", where, defect)
	}
}

func (p *tab) axeFinds(rules ...string) []string {
	p.t.Helper()
	return p.finds(axe, list(rules))
}

// finds asks an engine. It runs in a world of its own beside the page's scripts, which neither it nor the page's policy can disturb.
func (p *tab) finds(e engine, arguments string) []string {
	p.t.Helper()
	source, err := e.file()
	check(p.t, err)
	if p.with.noScript {
		// Nothing that is asynchronous runs without scripts. Those of the page stay as they are: not run.
		call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
		defer call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	world := call(p, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{
		FrameID:   call(p, page.GetFrameTree, cdp.Empty{}).FrameTree.Frame.ID,
		WorldName: e.global,
	}).ExecutionContextID
	evaluate := func(expression string) runtime.EvaluateResult {
		answer := call(p, runtime.Evaluate, runtime.EvaluateParams{
			Expression: expression, ContextID: world, AwaitPromise: new(true), ReturnByValue: new(true)})
		if answer.ExceptionDetails != nil {
			p.t.Fatalf("%s: %s", e.global, answer.ExceptionDetails.Exception.Description)
		}
		return answer
	}
	if kind := evaluate("typeof " + e.global); string(kind.Result.Value) != `"object"` {
		evaluate(source + ";0")
	}
	var defects []string
	check(p.t, json.Unmarshal(evaluate(fmt.Sprintf("(%s)(%s)", e.ask, arguments)).Result.Value, &defects))
	return defects
}

// list writes texts as a JavaScript array.
func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quote(text)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// A check that finds nothing must be able to find something.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for fault, body := range map[string]string{
		"label":             `<main><h1>Titre</h1><input></main>`,
		"color-contrast":    `<main><h1>Titre</h1><p class="pale">Un mot</p></main>`,
		"heading-order":     `<main><h1>Titre</h1><h4>Trop bas</h4></main>`,
		"target-size":       `<main><h1>Titre</h1><button class="small">a</button><button class="small">b</button></main>`,
		"aria-valid-attr":   `<main><h1>Titre</h1><p aria-labeledby="x">Un mot</p></main>`,
		"html-has-lang":     `<main><h1>Titre</h1></main>`,
		"duplicate-id-aria": `<main><h1>Titre</h1><label for="a">Nom</label><input id="a" aria-describedby="b"><p id="b">1</p><p id="b">2</p></main>`,
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			lang := ` lang="fr"`
			if fault == "html-has-lang" {
				lang = ""
			}
			p := openTab(t, newSite(t), phone)
			call(p, page.SetDocumentContent, page.SetDocumentContentParams{
				FrameID: call(p, page.GetFrameTree, cdp.Empty{}).FrameTree.Frame.ID,
				HTML: `<!DOCTYPE html><html` + lang + `><title>Essai</title><style>.pale { color: #ccc }
					.small { padding: 0; border: 0; height: 10px; width: 10px }</style><body>` + body,
			})
			defects := p.axeFinds()
			if len(defects) == 0 || !strings.HasPrefix(defects[0], fault+":") {
				t.Errorf("found %q", defects)
			}
		})
	}
}

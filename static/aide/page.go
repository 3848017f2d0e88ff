package aide

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// page is one file, read but not rendered.
type page struct {
	file, slug                       string
	title, short, description, group string
	keywords                         string
	order                            int
	next                             []string
	requires                         string         // "franceconnect", "passkeys" or nothing
	body                             string         // without the lines that a condition leaves out
	lines                            []int          // the line of the file, from 1, that each line of body was
	keyLines                         map[string]int // the line of each key of the front matter
}

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// reserved slugs are other routes under /aide.
var reserved = []string{"recherche"}

// broken is an error at the line of a key of the front matter.
func (p *page) broken(key, format string, args ...any) error {
	return p.at(p.keyLines[key], key+": "+format, args...)
}

func (p *page) at(line int, format string, args ...any) error {
	return fmt.Errorf("aide: %s:%d: %s", p.file, max(line, 1), fmt.Sprintf(format, args...))
}

// lineOf is the line of the file at an offset of the body.
func (p *page) lineOf(offset int) int {
	return p.lines[min(strings.Count(p.body[:offset], "\n"), len(p.lines)-1)]
}

// parse reads one file.
func parse(file, source string, franceConnect bool) (*page, error) {
	p := &page{file: file, slug: slugOf(file), keyLines: map[string]int{}}
	if !slugShape.MatchString(p.slug) || slices.Contains(reserved, p.slug) {
		return nil, p.at(1, "the name of the file cannot be an address")
	}
	lines := strings.Split(source, "\n")
	if lines[0] != "---" {
		return nil, p.at(1, "front matter must begin with ---")
	}
	end := slices.Index(lines[1:], "---") + 1
	if end == 0 {
		return nil, p.at(1, "front matter does not end with ---")
	}
	for i, line := range lines[1:end] {
		if err := p.set(line, i+2); err != nil {
			return nil, err
		}
	}
	for _, key := range []string{"title", "short", "description", "group", "order", "keywords"} {
		if p.keyLines[key] == 0 {
			return nil, p.at(1, "%s is missing", key)
		}
	}
	kept, numbers, bad := choose(lines[end+1:], franceConnect)
	if bad >= 0 {
		return nil, p.at(end+2+bad, "a condition is not opened or not closed")
	}
	p.body = strings.Join(kept, "\n")
	for _, n := range numbers {
		p.lines = append(p.lines, end+2+n)
	}
	if strings.TrimSpace(p.body) == "" {
		return nil, p.at(end+1, "the page is empty")
	}
	return p, nil
}

// fill puts figures into the front matter. What holds HTML has no place there, and no words among them.
func (p *page) fill(quoted words) error {
	for key, value := range map[string]*string{"title": &p.title, "short": &p.short, "description": &p.description, "keywords": &p.keywords} {
		filled, unknown := quoted.fill(*value)
		if unknown != "" {
			return p.broken(key, "%s is not known", unknown)
		}
		*value = filled
	}
	return nil
}

// set takes one line of the front matter.
func (p *page) set(line string, number int) error {
	key, value, ok := strings.Cut(line, ": ")
	value = strings.TrimSpace(value)
	if !ok || value == "" {
		return p.at(number, "want \"key: value\", have %q", line)
	}
	if p.keyLines[key] != 0 {
		return p.at(number, "%s stands twice", key)
	}
	p.keyLines[key] = number
	switch key {
	case "title":
		p.title = value
	case "short":
		p.short = value
	case "description":
		p.description = value
	case "group":
		p.group = value
	case "order":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return p.at(number, "order: %q is not a whole number from 1 on", value)
		}
		p.order = n
	case "keywords":
		p.keywords = value
	case "next":
		for slug := range strings.SplitSeq(value, ",") {
			p.next = append(p.next, strings.TrimSpace(slug))
		}
	case "requires":
		if value != "franceconnect" && value != "passkeys" {
			return p.at(number, "requires: %q is not known", value)
		}
		p.requires = value
	default:
		return p.at(number, "key %q is not known", key)
	}
	return nil
}

// choose keeps the lines whose condition holds, with the index of each. bad is the index of a condition that is not opened or
// not closed, -1 when all are in order.
func choose(lines []string, franceConnect bool) (kept []string, numbers []int, bad int) {
	opened, stands := -1, true
	for i, line := range lines {
		switch strings.TrimSpace(line) {
		case "{{#franceconnect}}", "{{^franceconnect}}":
			if opened >= 0 {
				return nil, nil, i
			}
			opened, stands = i, strings.Contains(line, "#") == franceConnect
		case "{{/franceconnect}}":
			if opened < 0 {
				return nil, nil, i
			}
			opened, stands = -1, true
		default:
			if stands {
				kept, numbers = append(kept, line), append(numbers, i)
			}
		}
	}
	return kept, numbers, opened
}

package words

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// text is one thing that a language says: a field, and what it says for some arguments.
type text struct {
	path string // "RecoveryCode.Wrong"
	with []reflect.Value
	said string
}

// group is one of those that a language has, and what stands in it.
type group struct {
	name string
	said any // a pointer to a struct, a string, or a function
}

// groups are what a language says, by the methods of Words.
func groups(w Words) (all []group) {
	v := reflect.ValueOf(w)
	for i := range v.NumMethod() {
		g := group{v.Type().Method(i).Name, v.Method(i).Interface()}
		if v.Method(i).Type().NumIn() == 0 {
			g.said = v.Method(i).Call(nil)[0].Interface()
		}
		all = append(all, g)
	}
	return all
}

// counts are numbers that fall into every category of the plural rules of French, English and Arabic (CLDR 47).
var counts = []int{0, 1, 2, 3, 10, 11, 26, 100, 102}

// texts are all that a language says, each function called for every count. A group or a field that is left out is a fault.
func texts(of []group) (all []text, faults []string) {
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if v.IsNil() {
				faults = append(faults, path+" is left out")
				return
			}
			walk(path, v.Elem())
		case reflect.Struct:
			if s, ok := v.Interface().(Span); ok {
				said := s.Before + cmp.Or(s.Inside, "…") + s.After // what is inside may be a number
				if s == (Span{}) {
					said = ""
				}
				all = append(all, text{path: path, said: said})
				return
			}
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.String:
			all = append(all, text{path: path, said: v.String()})
		case reflect.Func:
			if v.IsNil() {
				faults = append(faults, path+" is left out")
				return
			}
			for _, n := range counts {
				with := arguments(v.Type(), n)
				all = append(all, text{path: path, with: with, said: v.Call(with)[0].String()})
			}
		default:
			panic(path + " is a " + v.Kind().String())
		}
	}
	for _, g := range of {
		walk(g.name, reflect.ValueOf(g.said))
	}
	for _, s := range all {
		if s.said == "" {
			faults = append(faults, fmt.Sprintf("%s says nothing", s.call()))
		}
	}
	return all, faults
}

// arguments are one of each kind that a function takes. Strings are names that no language says by itself.
func arguments(f reflect.Type, n int) (with []reflect.Value) {
	for i := range f.NumIn() {
		switch f.In(i) {
		case reflect.TypeFor[int]():
			with = append(with, reflect.ValueOf(n+1000*len(with)))
		case reflect.TypeFor[string]():
			with = append(with, reflect.ValueOf("Valeur"+string(rune('A'+i))))
		case reflect.TypeFor[rune]():
			with = append(with, reflect.ValueOf([]rune{'Z', 'Q', 'K'}[i]))
		case reflect.TypeFor[time.Duration]():
			with = append(with, reflect.ValueOf(time.Duration(n)*time.Minute))
		case reflect.TypeFor[time.Time]():
			with = append(with, reflect.ValueOf(time.Date(2001+n, 3, 4, 17, 56, 0, 0, time.UTC)))
		default:
			panic("no argument for " + f.String())
		}
	}
	return with
}

// call is the field with its arguments.
func (s text) call() string {
	if s.with == nil {
		return s.path
	}
	var args []string
	for _, a := range s.with {
		args = append(args, fmt.Sprint(a))
	}
	return s.path + "(" + strings.Join(args, ", ") + ")"
}

// own is what is said without the values: the language's own words.
func (s text) own() string {
	said := s.said
	for _, a := range slices.Backward(s.with) { // the later number is the longer one
		switch v := a.Interface().(type) {
		case int:
			said = strings.ReplaceAll(said, strconv.Itoa(v), "#")
		case string:
			said = strings.ReplaceAll(said, v, "…")
		case rune:
			said = strings.ReplaceAll(said, string(v), "·")
		}
	}
	return said
}

// values are the arguments that are said.
func (s text) values() string {
	var b strings.Builder
	for _, a := range s.with {
		if v, ok := a.Interface().(string); ok && strings.Contains(s.said, v) {
			b.WriteString(v + " ")
		}
		if v, ok := a.Interface().(rune); ok && strings.ContainsRune(s.said, v) {
			b.WriteString(string(v) + " ")
		}
	}
	return b.String()
}

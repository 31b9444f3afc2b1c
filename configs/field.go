package configs

import (
	"reflect"
	"strings"
)

// field returns the field of c that holds the named key, found by the `key` tags along its dotted name. A section that
// is nil (data.synthetic) is made when create is set; else ok is false.
func field(c *Config, name string, create bool) (v reflect.Value, ok bool) {
	return fieldOf(reflect.ValueOf(c).Elem(), name, create)
}

// fieldOf is field of any struct.
func fieldOf(v reflect.Value, name string, create bool) (_ reflect.Value, ok bool) {
	for part := range strings.SplitSeq(name, ".") {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !create {
					return reflect.Value{}, false
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		if v, ok = tagged(v, part); !ok {
			return reflect.Value{}, false
		}
	}
	return v, true
}

// tagged returns the field of struct s with this `key` tag.
func tagged(s reflect.Value, tag string) (reflect.Value, bool) {
	if s.Kind() != reflect.Struct {
		return reflect.Value{}, false
	}
	i, ok := places[s.Type()][tag]
	if !ok {
		return reflect.Value{}, false
	}
	return s.Field(i), true
}

// places holds, for Config and every struct in it, the place of each `key` tag: reading tags anew for every key of every
// config was half of the time that a config took.
var places = placesOf(reflect.TypeFor[Config](), map[reflect.Type]map[string]int{})

func placesOf(t reflect.Type, all map[reflect.Type]map[string]int) map[reflect.Type]map[string]int {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || all[t] != nil {
		return all
	}
	all[t] = map[string]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		if tag := f.Tag.Get("key"); tag != "" && tag != "-" {
			all[t][tag] = i
			placesOf(f.Type, all)
		}
	}
	return all
}

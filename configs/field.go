package configs

import (
	"reflect"
	"strings"
)

// field returns the field of c that holds the named key, found by the `key` tags along its dotted name. A section that
// is nil (data.synthetic) is made when create is set; else ok is false.
func field(c *Config, name string, create bool) (v reflect.Value, ok bool) {
	v = reflect.ValueOf(c).Elem()
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
	for i := range s.NumField() {
		if s.Type().Field(i).Tag.Get("key") == tag {
			return s.Field(i), true
		}
	}
	return reflect.Value{}, false
}

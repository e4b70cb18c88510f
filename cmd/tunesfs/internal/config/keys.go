package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

// options are the values that a table of the configuration gives, by the names of
// their flags and of the types of their fields.
type options map[string]reflect.Value

// of returns the options for every mount as they are for a catalog: more
// connections than its servers want, only the user who names it may give it.
func (o options) of(s source.Source) options {
	most := s.Connections()
	given, ok := o["connections"]
	if !ok || most == 0 {
		return o
	}
	limited := maps.Clone(o)
	limited["connections"] = reflect.ValueOf(min(int(given.Int()), most))
	return limited
}

// apply sets the options of m that the command line left open.
func (o options) apply(m *Mount, given func(flag string) bool) {
	for _, f := range flags {
		value, ok := o[f.name]
		switch {
		case !ok || given(f.name):
		case f.name != "keep":
			f.set(m, value)
		case !given("no-keep"):
			m.keep, m.noKeep = value.Bool(), !value.Bool()
		}
	}
}

// keys returns the fields into which the options of one table are decoded: nil is
// not given.
func keys() (fields []reflect.StructField) {
	for i, f := range flags {
		if f.on&inConfig == 0 {
			continue
		}
		kind := reflect.TypeOf(f.field(new(Mount))).Elem()
		switch {
		case kind == reflect.TypeFor[time.Duration]():
			kind = reflect.TypeFor[*duration]()
		case kind.Kind() != reflect.Slice:
			kind = reflect.PointerTo(kind)
		}
		fields = append(fields, reflect.StructField{Name: keyField(i), Type: kind, Tag: tag(f.name)})
	}
	return fields
}

// keyField returns the name of the field for the flag with number i.
func keyField(i int) string { return fmt.Sprintf("Flag%d", i) }

func tag(key string) reflect.StructTag { return reflect.StructTag(fmt.Sprintf("toml:%q", key)) }

// fileType returns the type that a configuration is decoded into.
func fileType() reflect.Type {
	named := append(keys(), reflect.StructField{Name: "Source", Type: reflect.TypeFor[string](), Tag: tag("source")})
	return reflect.StructOf([]reflect.StructField{
		{Name: "Mount", Type: reflect.StructOf(keys()), Tag: tag("mount")},
		{Name: "Sources", Type: reflect.MapOf(reflect.TypeFor[string](), reflect.StructOf(named)), Tag: tag("sources")},
	})
}

// fileOf returns the configuration that was decoded into a value of fileType.
func fileOf(decoded reflect.Value) File {
	file := File{mount: optionsOf(decoded.FieldByName("Mount")), Sources: map[string]NamedSource{}}
	for each := decoded.FieldByName("Sources").MapRange(); each.Next(); {
		table := each.Value()
		file.Sources[each.Key().String()] = NamedSource{Source: table.FieldByName("Source").String(), options: optionsOf(table)}
	}
	return file
}

// optionsOf returns the options that were decoded into a struct with the fields of
// keys.
func optionsOf(table reflect.Value) options {
	given := options{}
	for i, f := range flags {
		value := table.FieldByName(keyField(i))
		if !value.IsValid() || value.IsNil() {
			continue
		}
		if value.Kind() == reflect.Pointer {
			value = value.Elem()
		}
		if d, ok := value.Interface().(duration); ok {
			value = reflect.ValueOf(d.Duration)
		}
		given[f.name] = value
	}
	return given
}

// A duration is a time such as "1h30m".
type duration struct{ time.Duration }

// errDuration is a text where a duration should stand.
var errDuration = errors.New("not a duration such as 30m or 1h30m")

// UnmarshalText implements encoding.TextUnmarshaler. Its error is none of the
// time package's, which have the text in them.
func (d *duration) UnmarshalText(text []byte) (err error) {
	if d.Duration, err = time.ParseDuration(string(text)); err != nil {
		return errDuration
	}
	return nil
}

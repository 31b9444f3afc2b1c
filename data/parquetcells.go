package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zones of IANA, for machines that have none
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// What the values of a column of Parquet are, and how they are written.

// logical is what the type of a column says beyond its bytes, nil where it says nothing.
func logical(c *parquet.Column) any {
	if l := c.Type().LogicalType(); l != nil {
		return l.Value
	}
	return nil
}

// isNumber reports that a column holds numbers: neither text nor times.
func isNumber(c *parquet.Column) bool {
	switch logical(c).(type) {
	case *format.DateType, *format.TimeType, *format.TimestampType:
		return false
	case *format.DecimalType:
		return true
	}
	switch c.Type().Kind() {
	case parquet.Boolean, parquet.Int32, parquet.Int64, parquet.Float, parquet.Double:
		return true
	}
	return false
}

// cellWriter appends a value that is not null as a field of CSV.
type cellWriter = func(out []byte, v parquet.Value) ([]byte, error)

// writerOf is how the values of a column are written, nil where they can't be. zone is that of its time stamps, nil where it is not known.
func writerOf(c *parquet.Column, zone *time.Location) (cellWriter, error) {
	kind := c.Type().Kind()
	switch l := logical(c).(type) {
	case *format.TimestampType:
		return stampWriter(c, l.IsAdjustedToUTC, zone, func(v parquet.Value) time.Time { return ticked(v.Int64(), perSecond(l.Unit)) })
	case *format.TimeType:
		return timeWriter(kind, perSecond(l.Unit)), nil
	case *format.DateType:
		return func(out []byte, v parquet.Value) ([]byte, error) {
			return time.Unix(int64(v.Int32())*86400, 0).UTC().AppendFormat(out, time.DateOnly), nil
		}, nil
	case *format.DecimalType:
		return decimalWriter(kind, int(l.Scale)), nil
	case *format.IntType:
		if !l.IsSigned && kind == parquet.Int32 {
			return func(out []byte, v parquet.Value) ([]byte, error) {
				return strconv.AppendUint(out, uint64(v.Uint32()), 10), nil
			}, nil
		}
		if !l.IsSigned {
			return func(out []byte, v parquet.Value) ([]byte, error) { return strconv.AppendUint(out, v.Uint64(), 10), nil }, nil
		}
	case *format.UUIDType, *format.BsonType, *format.GeometryType, *format.GeographyType:
		return nil, nil
	}
	if kind == parquet.Int96 { // which older programs write for times, without a zone
		return stampWriter(c, false, nil, func(v parquet.Value) time.Time {
			i := v.Int96()
			const julian = 2440588 // the day number of 1970-01-01
			return time.Unix((int64(i[2])-julian)*86400, i.Int64()).UTC()
		})
	}
	return plainWriters[kind], nil
}

// plainWriters are those of the kinds of bytes.
var plainWriters = map[parquet.Kind]cellWriter{
	parquet.Boolean: func(out []byte, v parquet.Value) ([]byte, error) {
		return append(out, pick[byte](v.Boolean(), '1', '0')), nil
	},
	parquet.Int32: func(out []byte, v parquet.Value) ([]byte, error) {
		return strconv.AppendInt(out, int64(v.Int32()), 10), nil
	},
	parquet.Int64: func(out []byte, v parquet.Value) ([]byte, error) { return strconv.AppendInt(out, v.Int64(), 10), nil },
	parquet.Float: func(out []byte, v parquet.Value) ([]byte, error) {
		return strconv.AppendFloat(out, float64(v.Float()), 'g', -1, 32), nil
	},
	parquet.Double: func(out []byte, v parquet.Value) ([]byte, error) { return AppendDigits(out, v.Double()), nil },
	parquet.ByteArray: func(out []byte, v parquet.Value) ([]byte, error) {
		text := string(v.ByteArray())
		if !utf8.ValidString(text) {
			return out, errors.New("is text that is not UTF-8")
		}
		return appendField(out, text, false), nil
	},
}

// perSecond is how many of a unit a second has.
func perSecond(u format.TimeUnit) int64 {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return 1e3
	case *format.MicroSeconds:
		return 1e6
	}
	return 1e9
}

// ticked is the time so many parts of a second after 1970.
func ticked(ticks, perSecond int64) time.Time {
	return time.Unix(ticks/perSecond, ticks%perSecond*(1e9/perSecond)).UTC()
}

// stampWriter writes time stamps as pandas does: the date alone where all of a column without a zone are midnights, else the time too, with
// as many digits as any of them needs, and with the offset of the zone where there is one.
func stampWriter(c *parquet.Column, utc bool, zone *time.Location, read func(parquet.Value) time.Time) (cellWriter, error) {
	layout, err := stampLayout(c, !utc, read)
	if err != nil {
		return nil, err
	}
	if utc {
		layout += "-07:00"
	}
	return func(out []byte, v parquet.Value) ([]byte, error) {
		t := read(v)
		if utc && zone != nil {
			t = t.In(zone)
		}
		if year := t.Year(); year < 0 || year > 9999 {
			return out, fmt.Errorf("is a time in the year %d, which is none of data", year)
		}
		return t.AppendFormat(out, layout), nil
	}, nil
}

// stampLayout reads a column for the shortest layout that keeps all of its time stamps.
func stampLayout(c *parquet.Column, days bool, read func(parquet.Value) time.Time) (layout string, err error) {
	cells := parquetCells{column: c}
	defer cells.close()
	unit := time.Second
	for {
		v, err := cells.next()
		if errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return "", err
		}
		if v.IsNull() {
			continue
		}
		t := read(v)
		days = days && t.Hour()+t.Minute()+t.Second()+t.Nanosecond() == 0
		for t.Nanosecond()%int(unit) != 0 {
			unit /= 1000
		}
	}
	if days {
		return time.DateOnly, nil
	}
	return time.DateTime + map[time.Duration]string{time.Second: "", time.Millisecond: ".000", time.Microsecond: ".000000", time.Nanosecond: ".000000000"}[unit], nil
}

// timeWriter writes times of day.
func timeWriter(kind parquet.Kind, perSecond int64) cellWriter {
	return func(out []byte, v parquet.Value) ([]byte, error) {
		ticks := v.Int64()
		if kind == parquet.Int32 {
			ticks = int64(v.Int32())
		}
		return ticked(ticks, perSecond).AppendFormat(out, "15:04:05.999999999"), nil
	}
}

// decimalWriter writes decimal numbers with so many digits behind the point, without zeros at the end.
func decimalWriter(kind parquet.Kind, scale int) cellWriter {
	const most = 1000 // the greatest scale of any program is far less
	if scale < 0 || scale > most {
		return nil
	}
	return func(out []byte, v parquet.Value) ([]byte, error) {
		n := new(big.Int)
		switch kind {
		case parquet.Int32:
			n.SetInt64(int64(v.Int32()))
		case parquet.Int64:
			n.SetInt64(v.Int64())
		default: // the two's complement, the highest byte first
			b := v.ByteArray()
			if n.SetBytes(b); len(b) > 0 && b[0] >= 0x80 {
				n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
			}
		}
		return append(out, decimal(n, scale)...), nil
	}
}

// decimal is n with so many of its digits behind the point.
func decimal(n *big.Int, scale int) string {
	digits, sign := n.String(), ""
	if n.Sign() < 0 {
		digits, sign = digits[1:], "-"
	}
	if scale == 0 {
		return sign + digits
	}
	if short := scale + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	at := len(digits) - scale
	return sign + strings.TrimRight(strings.TrimRight(digits[:at]+"."+digits[at:], "0"), ".")
}

// pandasZones are the zones of the columns of time stamps that pandas has told beside the data.
func pandasZones(f *parquet.File) map[string]*time.Location {
	text, _ := f.Lookup("pandas")
	var told struct {
		Columns []struct {
			Field    string `json:"field_name"`
			Metadata struct {
				Zone string `json:"timezone"`
			} `json:"metadata"`
		} `json:"columns"`
	}
	if json.Unmarshal([]byte(text), &told) != nil {
		return nil
	}
	zones := map[string]*time.Location{}
	for _, c := range told.Columns {
		if zone, err := time.LoadLocation(c.Metadata.Zone); err == nil && c.Metadata.Zone != "" && c.Metadata.Zone != "Local" {
			zones[c.Field] = zone
		}
	}
	return zones
}

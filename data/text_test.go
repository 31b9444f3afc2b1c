package data

import (
	"os"
	"testing"
)

// Files that are read line by line are text, or the message names the byte that is not.
func TestPlainLines(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"\ufeffone\r\ntwo", ""},
		{"", ""},
		{"\ufeffone\ncaf\xe9\n", "x:2:4: byte 0xe9 at offset 10 is not UTF-8; save the file as text in UTF-8"},
		{"one\ntw\x00", "x:2:3: byte 0x00 at offset 6 is zero: this is no text; save the file as text in UTF-8"},
		{"one\rtwo\r", "x:1:1: lines end in a carriage return alone; save the file with LF or CRLF"},
		{"\x1f\x8b\x08", "x: the file is compressed by gzip; unpack it first"},
		{"PK\x03\x04", "x: the file is a zip archive or an Excel workbook; export it as text in UTF-8"},
	} {
		got, err := PlainLines("x", "data.parallel", []byte(c.src))
		switch {
		case c.want == "" && (err != nil || len(c.src) > 0 && string(got) != "one\r\ntwo"):
			t.Errorf("%q: %q, %v", c.src, got, err)
		case c.want != "" && (err == nil || err.Error() != c.want || err.(Errors)[0].Key != "data.parallel"):
			t.Errorf("%q: %v, want %s", c.src, err, c.want)
		}
	}
}

// What can't be read is told with the key that names it.
func TestReadNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	for path, want := range map[string]string{
		".":        ".: is a directory; data.parallel names files",
		os.DevNull: os.DevNull + ": is a device, which may never end; data.parallel names files",
		"none":     "none: can't be read: no such file or directory",
	} {
		_, err := ReadNamed(path, path, "data.parallel", "files")
		if err == nil || err.Error() != want || err.(*Error).Key != "data.parallel" {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

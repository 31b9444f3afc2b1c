package plot

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Color names a colour of the palette. The zero value takes the next of the cycle blue, vermilion, green, orange, purple,
// sky, in the order in which lines appear.
type Color int

// The palette of Okabe and Ito (Color Universal Design, 2008), told apart with every common colour vision; its yellow is
// left out, because it is too light on white.
const (
	Auto Color = iota
	Blue
	Vermilion
	Green
	Orange
	Purple
	Sky
	Black
	Gray
)

const cycle = int(Sky) // colours that Auto goes through before it repeats them dashed

var palette = [...]color.NRGBA{
	Blue:      {0x00, 0x72, 0xB2, 0xFF},
	Vermilion: {0xD5, 0x5E, 0x00, 0xFF},
	Green:     {0x00, 0x9E, 0x73, 0xFF},
	Orange:    {0xE6, 0x9F, 0x00, 0xFF},
	Purple:    {0xCC, 0x79, 0xA7, 0xFF},
	Sky:       {0x56, 0xB4, 0xE9, 0xFF},
	Black:     {0x22, 0x22, 0x22, 0xFF},
	Gray:      {0x80, 0x80, 0x80, 0xFF},
}

var (
	inkText  = color.NRGBA{0x22, 0x22, 0x22, 0xFF}
	inkSoft  = color.NRGBA{0x55, 0x55, 0x55, 0xFF}
	inkFrame = color.NRGBA{0x99, 0x99, 0x99, 0xFF}
	inkGrid  = color.NRGBA{0xE6, 0xE6, 0xE6, 0xFF}
)

// Widths of strokes and sizes of text, in points.
const (
	widthLine  vg.Length = 1.7
	widthThin  vg.Length = 0.9
	widthGrid  vg.Length = 0.6
	widthFrame vg.Length = 0.8
	radiusDot  vg.Length = 2.4

	sizeTitle vg.Length = 13
	sizeLabel vg.Length = 11
	sizeTick  vg.Length = 10
)

// bandAlpha is the opacity of a band; nested bands add up to a fan that darkens inwards.
const bandAlpha = 0x38

// rgba returns the colour, a repeat of the cycle included.
func (c Color) rgba() color.NRGBA {
	if c <= Auto || int(c) >= len(palette) {
		return palette[Gray]
	}
	return palette[c]
}

// ink is how one line or band is drawn.
type ink struct {
	color  color.NRGBA
	width  vg.Length
	dashes []vg.Length
}

func (k ink) style() draw.LineStyle {
	return draw.LineStyle{Color: k.color, Width: k.width, Dashes: k.dashes}
}

// inks resolves Auto colours: lines first, in order, then bands; a band with the name of a line takes the line's colour.
func (c *Chart) inks() (lines, bands []ink) {
	next, byName := 0, map[string]Color{}
	take := func(name string, want Color) (Color, bool) {
		if want != Auto {
			return want, false
		}
		if have, ok := byName[name]; ok && name != "" {
			return have, false
		}
		next++
		return Color((next-1)%cycle + 1), next > cycle
	}
	for _, l := range c.Lines {
		k, again := take(l.Name, l.Color)
		byName[l.Name] = k
		style := ink{color: k.rgba(), width: widthLine}
		if l.Thin {
			style.width = widthThin
		}
		if l.Dashed {
			style.dashes = []vg.Length{5, 3}
		} else if again {
			style.dashes = []vg.Length{1.5, 2}
		}
		lines = append(lines, style)
	}
	for _, b := range c.Bands {
		k, _ := take(b.Name, b.Color)
		byName[b.Name] = k
		fill := k.rgba()
		fill.A = bandAlpha
		bands = append(bands, ink{color: fill})
	}
	return lines, bands
}

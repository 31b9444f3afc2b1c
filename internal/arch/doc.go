// Package arch holds no code: its tests read the source tree and check what no compiler does. Who may import whom, names
// that would hide a room, comments, the length of files, pinned versions, and that the text of the project speaks of the
// project alone. Each fault names file and line and says what to do.
package arch

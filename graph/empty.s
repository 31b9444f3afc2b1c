// The compiler lets a function have no body only in a package with assembly: machine.go has one.

// Package live is what the browser adds to a page that is complete without it: the shell (connection, installation, new version),
// fields that answer while one types, and the help searched without a network.
//
// It owns one element, #island, where go-app draws the shell; the rest of the body belongs to the server and HTMX. Fields are
// heard on the window and the document, never bound one by one, so that a swap changes nothing. What is said is what the
// server says: components shows it, app/words has the sentences. Nothing here keeps or sends what was typed.
//
// This is the only package that knows go-app: shell.go draws with it, run_js.go starts it.
package live

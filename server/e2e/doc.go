// Package e2e holds the browser tests: the whole portal, in one process with the tests, driven by Chromium as a person
// would, on a phone and on a desktop, with scripts and without. Every page of every test fails it when the browser
// reports an error, a warning, an uncaught exception or a breach of the content security policy. The main ways (engines_test.go)
// are gone in Firefox and in WebKit as well.
//
//	go test ./server/e2e -screenshots DIR
//
// also writes a picture of each page, narrow and wide, light and dark.
package e2e

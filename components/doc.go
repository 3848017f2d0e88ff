// Package components holds every page and every sentence that people see.
//
// A view is one struct of plain data; a component takes one view and renders
// HTML that works without JavaScript. Views never see a request, a clock or a
// time zone: times arrive in the zone in which they are to be read.
// The package runs on the server and in the browser (GOOS=js), so that both
// answer with the same words.
package components

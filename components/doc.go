// Package components holds every page that people see; what it says stands in app/words.
//
// A view is one struct of plain data; a component takes one view and renders
// HTML that works without JavaScript. Views never see a request, a clock or a
// time zone: times arrive in the zone in which they are to be read.
// A view says its language and, where its page quotes them, the limits of the
// portal. The package runs on the server and in the browser (GOOS=js), so that
// both answer with the same words.
package components

//go:build js && wasm

// Command app is the part of the portal that runs in the browser, as WebAssembly. Every page works without it.
package main

import "moncompte/app/live"

func main() { live.Run() }

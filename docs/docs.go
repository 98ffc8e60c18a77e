// Package docs holds the documents that the program itself gives out; it has no
// logic.
package docs

import _ "embed" // the documents

// OpenAPI describes what `tapescript serve` answers, as OpenAPI 3.
//
//go:embed openapi.yaml
var OpenAPI []byte

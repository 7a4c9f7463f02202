//go:build parts

// Package parts pins the real programs that the end-to-end tests run, and their checksums.
package parts

import (
	_ "github.com/basecamp/kamal-proxy/cmd/kamal-proxy"
	_ "github.com/benbjohnson/litestream/cmd/litestream"
	_ "github.com/versity/versitygw/cmd/versitygw"
)

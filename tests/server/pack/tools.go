//go:build parts

// Package pack pins Cloud Native Buildpacks' own programs, which tests/e2e/pack.sh builds an image with.
package pack

import (
	_ "github.com/buildpacks/lifecycle/cmd/launcher"
	_ "github.com/buildpacks/lifecycle/cmd/lifecycle"
	_ "github.com/buildpacks/pack"
)

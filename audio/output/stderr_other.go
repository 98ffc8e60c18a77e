//go:build !unix

package output

// divertStderr does nothing: here the device's libraries do not write to
// standard error.
func divertStderr() (restore func()) { return func() {} }

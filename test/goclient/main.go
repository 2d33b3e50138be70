// Command goclient starts a Grafana backend plugin the way Grafana does and offers it over HTTP on loopback, so that
// tests written in any language drive the real plugin binary through the real plugin protocol.
//
//	goclient -plugin PATH
//
// The first line of standard output is {"pid":PID,"url":"http://127.0.0.1:PORT"}, with the plugin's process. The program
// and the plugin end when standard input closes or at SIGTERM, so neither outlives the test that started it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	path := flag.String("plugin", "", "path of the plugin's binary")
	flag.Parse()
	if *path == "" {
		fmt.Fprintln(os.Stderr, "goclient: -plugin PATH is missing: name the plugin binary to start")
		os.Exit(2)
	}
	if err := run(*path, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "goclient:", err)
		os.Exit(1)
	}
}

func run(path string, stdin io.Reader, stdout io.Writer) error {
	// From before there is a plugin on: a signal would end the bridge alone and leave the plugin's process behind.
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM, os.Interrupt)

	plugin, err := startPlugin(path)
	if err != nil {
		return err
	}
	defer plugin.stop()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("no free loopback port: %w", err)
	}
	server := &http.Server{Handler: newBridge(plugin), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	if err := json.NewEncoder(stdout).Encode(map[string]any{"url": "http://" + listener.Addr().String(), "pid": plugin.pid()}); err != nil {
		return fmt.Errorf("cannot tell the address: %w", err)
	}

	parentGone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		close(parentGone)
	}()

	select {
	case err := <-served:
		return fmt.Errorf("the bridge stopped: %w", err)
	case <-parentGone:
	case <-told:
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

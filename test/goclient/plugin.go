package main

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// maxMessage is what one answer of a plugin may hold, in bytes; Grafana's own default.
const maxMessage = 16 << 20

// runningPlugin is a plugin process and the services it offers.
type runningPlugin struct {
	client      *goplugin.Client
	data        pluginv2.DataClient
	diagnostics pluginv2.DiagnosticsClient
	resource    pluginv2.ResourceClient
	streams     pluginv2.StreamClient
}

func startPlugin(path string) (*runningPlugin, error) {
	client := goplugin.NewClient(&goplugin.ClientConfig{
		Cmd: exec.Command(path),
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{
			grpcplugin.ProtocolVersion: {
				"data":        &grpcplugin.DataGRPCPlugin{},
				"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
				"resource":    &grpcplugin.ResourceGRPCPlugin{},
				"stream":      &grpcplugin.StreamGRPCPlugin{},
			},
		},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		GRPCDialOptions:  []grpc.DialOption{grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage))},
		Logger:           hclog.New(&hclog.LoggerOptions{Name: "plugin", Output: os.Stderr, Level: hclog.Warn}),
	})
	plugin := &runningPlugin{client: client}
	if err := plugin.connect(); err != nil {
		client.Kill()
		return nil, fmt.Errorf("cannot start the plugin %s: %w", path, err)
	}
	return plugin, nil
}

func (p *runningPlugin) connect() error {
	protocol, err := p.client.Client()
	if err != nil {
		return err
	}
	if p.data, err = dispense[pluginv2.DataClient](protocol, "data"); err != nil {
		return err
	}
	if p.diagnostics, err = dispense[pluginv2.DiagnosticsClient](protocol, "diagnostics"); err != nil {
		return err
	}
	if p.resource, err = dispense[pluginv2.ResourceClient](protocol, "resource"); err != nil {
		return err
	}
	p.streams, err = dispense[pluginv2.StreamClient](protocol, "stream")
	return err
}

// pid of the plugin's process.
func (p *runningPlugin) pid() int {
	if running := p.client.ReattachConfig(); running != nil {
		return running.Pid
	}
	return 0
}

func (p *runningPlugin) stop() {
	p.client.Kill()
}

func dispense[T any](protocol goplugin.ClientProtocol, service string) (T, error) {
	var none T
	raw, err := protocol.Dispense(service)
	if err != nil {
		return none, fmt.Errorf("service %s: %w", service, err)
	}
	client, ok := raw.(T)
	if !ok {
		return none, fmt.Errorf("service %s: unexpected client %T", service, raw)
	}
	return client, nil
}

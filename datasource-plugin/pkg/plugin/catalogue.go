package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// catalogue is as much of GET /api/v1/catalog as the health check tells of.
type catalogue struct {
	Workflows []struct {
		Name   string `json:"name"`
		Models []struct {
			Name    string   `json:"name"`
			Engines []engine `json:"engines"`
		} `json:"models"`
	} `json:"workflows"`
	Metrics []struct{} `json:"metrics"`
}

type engine struct {
	Name string `json:"name"`
	// LastSeen is null before the first report.
	LastSeen *time.Time `json:"lastSeen"`
}

// count says how much there is to ask for.
func (c catalogue) count() (workflows, models, engines int) {
	for _, workflow := range c.Workflows {
		// Models outside any workflow are listed under the empty name.
		if workflow.Name != "" {
			workflows++
		}
		models += len(workflow.Models)
		for _, model := range workflow.Models {
			engines += len(model.Engines)
		}
	}
	return workflows, models, engines
}

// newest is the engine that reported last, and its model; its LastSeen is nil where none has reported.
func (c catalogue) newest() (model string, newest engine) {
	for _, workflow := range c.Workflows {
		for _, m := range workflow.Models {
			for _, e := range m.Engines {
				if e.LastSeen != nil && (newest.LastSeen == nil || e.LastSeen.After(*newest.LastSeen)) {
					model, newest = m.Name, e
				}
			}
		}
	}
	return model, newest
}

const catalogPath = "/api/v1/catalog"

// fetchCatalogue returns the catalogue as it was sent, and read.
func (c *client) fetchCatalogue(ctx context.Context, params url.Values) ([]byte, catalogue, *failure) {
	body, problem := c.get(ctx, catalogPath, params)
	if problem != nil {
		return nil, catalogue{}, problem
	}
	var read catalogue
	if err := json.Unmarshal(body, &read); err != nil || read.Workflows == nil || read.Metrics == nil {
		return nil, catalogue{}, notPneumograph(c.url(catalogPath, nil), err)
	}
	return body, read, nil
}

// notPneumograph is for an answer that came with success but is not one of the ingest backend's: a login page, say.
func notPneumograph(target string, cause error) *failure {
	return downstream(codeNotPneumograph, http.StatusBadGateway,
		fmt.Sprintf("%s answered, but not as Pneumograph does", target),
		"Correct the URL: another service, or the login page of a proxy, is in the way", cause)
}

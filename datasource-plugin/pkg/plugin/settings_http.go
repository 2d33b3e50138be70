package plugin

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

const pemAdvice = "Paste it in PEM form, with its BEGIN and END line and its line breaks"

// checkTLS finds what the SDK passes over in silence, or tells in general words.
func (s storedSettings) checkTLS(secrets map[string]string) *failure {
	if s.TLSAuthWithCACert {
		authority := secrets["tlsCACert"]
		if authority == "" {
			return settingsFailure("The TLS settings ask for an authority of your own, but its certificate (tlsCACert) is missing",
				"Paste the authority's certificate, or turn the setting off", nil)
		}
		if !x509.NewCertPool().AppendCertsFromPEM([]byte(authority)) {
			return settingsFailure("The authority's certificate in the TLS settings (tlsCACert) cannot be read", pemAdvice, nil)
		}
	}
	if s.TLSAuth {
		certificate, key := secrets["tlsClientCert"], secrets["tlsClientKey"]
		if certificate == "" || key == "" {
			return settingsFailure("The TLS settings ask for a client certificate, but tlsClientCert or tlsClientKey is missing",
				"Paste both certificate and key, or turn TLS client authentication off", nil)
		}
		if _, err := tls.X509KeyPair([]byte(certificate), []byte(key)); err != nil {
			return settingsFailure("The client certificate in the TLS settings and its key cannot be used: "+err.Error(), pemAdvice, err)
		}
	}
	return nil
}

const (
	headerName  = "httpHeaderName"
	headerValue = "httpHeaderValue"
)

var (
	// A token of RFC 9110, section 5.6.2.
	headerNameText = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	// Visible characters, spaces and tabs, of RFC 9110, section 5.5.
	headerValueText = regexp.MustCompile(`^[\t -~\x80-\x{10ffff}]*$`)
)

// checkHeaders wants the further headers numbered from 1 without a gap, since the SDK stops at the first one missing.
func checkHeaders(raw json.RawMessage, secrets map[string]string) *failure {
	var fields map[string]json.RawMessage
	if len(raw) > 0 && json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	count := 0
	for key := range fields {
		if strings.HasPrefix(key, headerName) {
			count++
		}
	}
	for i := 1; i <= count; i++ {
		key := headerName + strconv.Itoa(i)
		written, found := fields[key]
		if !found {
			return settingsFailure(fmt.Sprintf("There are %d further HTTP headers, but no jsonData.%s", count, key),
				fmt.Sprintf("Number them from %s1 on without a gap", headerName), nil)
		}
		if problem := checkHeader(i, written, secrets); problem != nil {
			return problem
		}
	}
	return nil
}

func checkHeader(i int, written json.RawMessage, secrets map[string]string) *failure {
	var name string
	if err := json.Unmarshal(written, &name); err != nil || !headerNameText.MatchString(name) {
		return settingsFailure(fmt.Sprintf("HTTP header %d has the name %s, which is no name of a header", i, written),
			"Use letters, digits and hyphens, or remove the header", err)
	}
	value, found := secrets[headerValue+strconv.Itoa(i)]
	if !found || value == "" {
		return settingsFailure(fmt.Sprintf("The HTTP header %s has no value", name),
			fmt.Sprintf("Enter one (secureJsonData.%s%d), or remove the header", headerValue, i), nil)
	}
	if !headerValueText.MatchString(value) {
		return settingsFailure(fmt.Sprintf("The value of the HTTP header %s holds line breaks or control characters", name),
			"Enter it in one line", nil)
	}
	return nil
}

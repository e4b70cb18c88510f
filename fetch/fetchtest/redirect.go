package fetchtest

import "net/http"

type redirect struct {
	status   int
	location string
}

// Redirect answers every request for name with a status (302 if 0) and a
// Location: a URL, or a path of this origin. Chains and loops are several of
// them; "" as location ends it.
func (o *Origin) Redirect(name string, status int, location string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if status == 0 {
		status = http.StatusFound
	}
	if location == "" {
		delete(o.redirects, name)
		return
	}
	o.redirects[name] = redirect{status, location}
}

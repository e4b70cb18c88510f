package config

import (
	"errors"
	"os/user"
	"strconv"
)

// A User is the number of a user, whose name may be given, too; below 0 nobody gave one.
type User int64

// A Group is the number of a group, whose name may be given, too; below 0 nobody gave one.
type Group int64

var (
	errNoUser  = errors.New("neither a user's name nor a number")
	errNoGroup = errors.New("neither a group's name nor a number")
)

// Set implements pflag.Value.
func (u *User) Set(text string) error {
	return setID((*int64)(u), text, errNoUser, func() (string, error) {
		found, err := user.Lookup(text)
		if err != nil {
			return "", err
		}
		return found.Uid, nil
	})
}

// Set implements pflag.Value.
func (g *Group) Set(text string) error {
	return setID((*int64)(g), text, errNoGroup, func() (string, error) {
		found, err := user.LookupGroup(text)
		if err != nil {
			return "", err
		}
		return found.Gid, nil
	})
}

// setID sets id to the number that text is, or that find has for it as a name. It fails
// with wrong where there is none: text may be a secret in a wrong place.
func setID(id *int64, text string, wrong error, find func() (string, error)) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		var found string
		if found, err = find(); err == nil {
			n, err = strconv.ParseInt(found, 10, 64)
		}
	}
	if err != nil {
		return wrong
	}
	*id = n
	return nil
}

// Group returns the number of the user's own group, or otherwise where the system does not
// know the user.
func (u User) Group(otherwise uint32) uint32 {
	found, err := user.LookupId(u.String())
	if err != nil {
		return otherwise
	}
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	if err != nil {
		return otherwise
	}
	return uint32(gid)
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *User) UnmarshalText(text []byte) error { return u.Set(string(text)) }

// UnmarshalText implements encoding.TextUnmarshaler.
func (g *Group) UnmarshalText(text []byte) error { return g.Set(string(text)) }

// String implements pflag.Value; "" is the default, that of the process.
func (u *User) String() string { return idText(int64(*u)) }

// String implements pflag.Value; "" is the default, that of the process.
func (g *Group) String() string { return idText(int64(*g)) }

func idText(n int64) string {
	if n < 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// Type implements pflag.Value.
func (u *User) Type() string { return "user" }

// Type implements pflag.Value.
func (g *Group) Type() string { return "group" }

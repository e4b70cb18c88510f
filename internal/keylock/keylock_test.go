package keylock

import (
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
)

// No key waits for another, however many are held at once. The locks go when the last
// caller has left.
func TestUnrelatedKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys = 1000
		var k Locks[int]
		end := make(chan struct{})
		held := make(chan string, keys)
		for n := range keys {
			go func() {
				key := strconv.Itoa(n)
				_, unlock, err := k.Lock(t.Context(), key)
				if err != nil {
					t.Error(err)
					return
				}
				defer unlock()
				held <- key
				<-end
			}()
		}
		synctest.Wait()
		if len(held) != keys {
			t.Errorf("%d of %d are held at once", len(held), keys)
		}
		close(end)
		synctest.Wait()
		if len(k.inUse) > 0 {
			t.Errorf("%d locks are left", len(k.inUse))
		}
	})
}

// Callers for one key come one after another, in the order in which they came, and have
// one value.
func TestOneKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k Locks[int]
		var order []int
		value, unlock, err := k.Lock(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		*value++
		for n := range 10 {
			go func() {
				value, unlock, err := k.Lock(t.Context(), "a")
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, n)
				if *value++; *value != n+2 {
					t.Errorf("the value is %d", *value)
				}
				unlock()
			}()
			synctest.Wait()
		}
		if len(order) > 0 {
			t.Errorf("%v did not wait", order)
		}
		unlock()
		synctest.Wait()
		if !slices.Equal(order, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) || len(k.inUse) > 0 {
			t.Errorf("the order is %v, %d locks are left", order, len(k.inUse))
		}
	})
}

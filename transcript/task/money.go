package task

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"time"
)

// Decimal is an exact amount in millionths: pay is a few cents, sometimes a
// fraction of one, and rates are given by the hour, so four places are not
// enough and a float is never right. It reaches to 9 × 10¹².
type Decimal int64

const (
	decimalPlaces = 6
	one           = Decimal(1_000_000)
)

// ErrDecimal is what is no amount: not a number, finer than a millionth, or too
// large.
var ErrDecimal = errors.New("not an amount")

// ParseDecimal reads "12", "-0.05", "1234.500000". Marks of currencies and of
// thousands are the business of those who know where the text is from.
func ParseDecimal(text string) (Decimal, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, part, point := strings.Cut(digits, ".")
	part = strings.TrimRight(part, "0")
	if whole == "" || point && digits[len(digits)-1] == '.' || len(part) > decimalPlaces {
		return 0, ErrDecimal
	}
	var n int64
	for _, c := range []byte(whole + part + strings.Repeat("0", decimalPlaces-len(part))) {
		if c < '0' || c > '9' || n > (math.MaxInt64-int64(c-'0'))/10 {
			return 0, ErrDecimal
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return Decimal(n), nil
}

// String writes at least two places, as money is written: "0.05", "0.0125".
func (d Decimal) String() string {
	sign := ""
	n := uint64(d)
	if d < 0 {
		sign, n = "-", -n
	}
	whole, part := n/uint64(one), n%uint64(one)
	text := make([]byte, 0, 24)
	text = append(text, sign...)
	text = appendUint(text, whole)
	text = append(text, '.')
	for i, unit := 0, uint64(one/10); i < decimalPlaces && (i < 2 || part > 0); i, unit = i+1, unit/10 {
		text = append(text, byte('0'+part/unit))
		part %= unit
	}
	return string(text)
}

func appendUint(to []byte, n uint64) []byte {
	if n >= 10 {
		to = appendUint(to, n/10)
	}
	return append(to, byte('0'+n%10))
}

// MarshalText writes a decimal into JSON as a string, which no reader rounds.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Decimal) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDecimal(string(text))
	return err
}

// Float is the amount as a number to compare and to draw, not to pay by.
func (d Decimal) Float() float64 { return float64(d) / 1e6 }

// Share returns d × part ⁄ whole, rounded to the nearest millionth, a half away
// from zero. It returns ErrDecimal where that is too large or whole is 0.
func (d Decimal) Share(part, whole int64) (Decimal, error) {
	if whole == 0 {
		return 0, ErrDecimal
	}
	n := new(big.Int).Mul(big.NewInt(int64(d)), big.NewInt(part))
	n.Lsh(n, 1)
	w := big.NewInt(whole)
	if w.Sign() < 0 {
		n.Neg(n)
		w.Neg(w)
	}
	if n.Sign() >= 0 {
		n.Add(n, w)
	} else {
		n.Sub(n, w)
	}
	n.Quo(n, w.Lsh(w, 1))
	if !n.IsInt64() {
		return 0, ErrDecimal
	}
	return Decimal(n.Int64()), nil
}

// Unit is what a price is for.
type Unit string

// Units of a price. Minutes and hours are those of the recording.
const (
	PerTask   Unit = "task"
	PerMinute Unit = "minute"
	PerHour   Unit = "hour"
)

// Price is what work is paid with.
type Price struct {
	Amount   Decimal
	Currency string // ISO 4217
	Per      Unit   // "" is PerTask
}

// Stated says whether there is a price at all.
func (p Price) Stated() bool { return p.Amount != 0 || p.Currency != "" }

// For returns what a recording of that length earns, to the millionth. It
// returns ErrUnknownLength where the price goes by time and the length is not
// known (0).
func (p Price) For(length time.Duration) (Decimal, error) {
	var whole time.Duration
	switch p.Per {
	case PerTask, "":
		return p.Amount, nil
	case PerMinute:
		whole = time.Minute
	case PerHour:
		whole = time.Hour
	default:
		return 0, &InvalidError{Field: "price", Code: NoUnit, Value: string(p.Per)}
	}
	if length <= 0 {
		return 0, ErrUnknownLength
	}
	return p.Amount.Share(int64(length), int64(whole))
}

// ErrUnknownLength says that a price by time needs the recording's length.
var ErrUnknownLength = errors.New("the length of the recording is not known")

// ParsePrice reads "0.05 USD", "0.9 USD/minute", "45 EUR/hour"; "" is no price,
// and ok.
func ParsePrice(text string) (price Price, ok bool) {
	if text == "" {
		return price, true
	}
	amount, rest, found := strings.Cut(strings.TrimSpace(text), " ")
	currency, per, _ := strings.Cut(strings.TrimSpace(rest), "/")
	var err error
	price.Amount, err = ParseDecimal(amount)
	price.Currency = strings.ToUpper(currency)
	units := map[string]Unit{"": PerTask, "task": PerTask, "min": PerMinute, "minute": PerMinute, "h": PerHour, "hour": PerHour}
	price.Per, ok = units[per]
	return price, ok && err == nil && found && price.Amount >= 0 && len(price.Currency) == 3
}

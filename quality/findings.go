package quality

// findings is what the steps of a report's items come to, for those who do not
// keep them.
type findings struct {
	meaning Meaning
	written Written
	errors  *tally
}

// add takes an item's steps into account, the at-th of its report.
func (f *findings) add(at int, item *ItemScore) {
	f.meaning.addAll(item.Steps)
	f.written.add(item.Steps)
	f.errors.add(at, item)
}

// include adds what was found in other items of the same report.
func (f *findings) include(other *findings) {
	f.meaning = f.meaning.plus(other.meaning)
	f.written.Punctuation = f.written.Punctuation.Add(other.written.Punctuation)
	f.written.Case = f.written.Case.Add(other.written.Case)
	f.errors.include(other.errors)
}

// tally returns the errors of a report.
func (r *Report) tally() *tally {
	if r.found != nil {
		return r.found.errors
	}
	return tallyOf(r)
}

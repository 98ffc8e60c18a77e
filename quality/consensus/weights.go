package consensus

// weights are those of the evidence, the only numbers here that gold was used
// for: each is the mean of two fits by [conditional logit], on CrowdSpeech's
// dev-clean and on its dev-other, with all seven transcripts of an item and with
// four. With the weights that one split gives, the other has a word error rate of
// .0477 (clean) and .0978 (other); fit_test.go does both fits and measures. Fitted
// with seven alone it was .0473 and .0982, but worse with fewer: with two
// transcripts of other .2115 for .2016, with three .1530 for .1505. They are alike
// in sign and size, so a language or a crowd of another kind should not need
// others. docs/consensus.md has what did not help.
//
// [conditional logit]: McFadden, Conditional logit analysis of qualitative choice behavior, 1974
var weights = features{
	share:         .94,
	lone:          -1.57,
	pairOfVotes:   -.15,
	nullTheta:     .25,
	contested:     .76,
	agreement:     .064,
	surroundings:  .18,
	loneAgreement: .42,
	alike:         .185,
	soundsAlike:   .157,
	rivalry:       .345,
	change:        .17,
	length:        .049,
	nearby:        .308,
	farther:       .145,
	frequency:     -.31,
	elsewhere:     .66,
	boundNext:     .068,
	boundFar:      .058,
}

// What else gold was used for: how sure a word is, that is, how often nobody
// wrote the right one ([hidden]). They maximise the likelihood of dev-clean and
// dev-other together, with 2, 3, 5 and 7 transcripts of each item; fitted on one
// of the two, the other's confidences are right to .005 in the mean with seven
// and to .025 with two.
const (
	hiddenAlways = .0058
	hiddenErrors = .485 // for each of the workers' error rate, over their number
	hiddenDoubt  = 1.36 // of 1 less the best candidate's chance, over their number
)

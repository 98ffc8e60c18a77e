package consensus

// weights are those of the evidence, the only numbers here that gold was used
// for: each is the mean of two fits by [conditional logit], on CrowdSpeech's
// dev-clean and on its dev-other. With the weights that one split gives, the
// other has a word error rate of .0473 (clean) and .0982 (other); fit_test.go
// does both fits and measures. They are alike in sign and size, so a language
// or a crowd of another kind should not need others.
//
// [conditional logit]: McFadden, Conditional logit analysis of qualitative choice behavior, 1974
var weights = features{
	share:         .73,
	lone:          -1.61,
	pairOfVotes:   -.25,
	nullTheta:     .20,
	contested:     .90,
	agreement:     .074,
	surroundings:  .15,
	loneAgreement: .41,
	alike:         .134,
	soundsAlike:   .127,
	rivalry:       .35,
	change:        .146,
	length:        .025,
	nearby:        .305,
	farther:       .177,
	frequency:     -.35,
	elsewhere:     .58,
	boundNext:     .062,
	boundFar:      .056,
}

// What else gold was used for: how sure a word is, that is, how often nobody
// wrote the right one ([hidden]). They maximise the likelihood of dev-clean and
// dev-other together, with 2, 3, 5 and 7 transcripts of each item; fitted on one
// of the two, the other's confidences are right to .005 in the mean with seven
// and to .025 with two.
const (
	hiddenAlways = .0063
	hiddenErrors = .46  // for each of the workers' error rate, over their number
	hiddenDoubt  = 1.26 // of 1 less the best candidate's chance, over their number
)

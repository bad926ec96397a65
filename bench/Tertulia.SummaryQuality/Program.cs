// Measures the rules that make summaries on meetings written for it:
//   dotnet run -c Release --project bench/Tertulia.SummaryQuality -- [--show]
// --show names what was missed and what was too much, of the tuning set alone: nobody tunes on what is held out.
using System.Globalization;
using Tertulia.Summaries;
using Tertulia.Summaries.Rules;
using Tertulia.SummaryQuality;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var meetings = MeetingCase.All();
Console.WriteLine($"{meetings.Count} meetings, {meetings.Count(meeting => meeting.Adversarial)} adversarial, {meetings.Sum(meeting => meeting.Actions.Count)} actions, {meetings.Sum(meeting => meeting.Decisions.Count)} decisions");
Console.WriteLine($"\n{"",-24} {"actions",26} {"owner",6} {"due dates",16} {"invented",9} {"decisions",16} {"evidence",9}");
Console.WriteLine($"{"",-24} {"precision",10} {"recall",7} {"found",7} {"wrong",6} {"right",7} {"wrong",8} {"",9} {"prec.",8} {"recall",7} {"true",9}");
foreach (var (name, summarize) in new (string, Func<MeetingTranscript, SummaryDraft>)[]
         {
             ("rules", transcript => EvidenceVerifier.Verify(transcript, RuleEngine.Summarize(transcript))),
             ("every \"I'll\" is a task", Baseline.Summarize),
         })
{
    foreach (var (set, chosen) in new (string, Func<MeetingCase, bool>)[]
             {
                 (MeetingCase.Tuning, meeting => meeting.Set == MeetingCase.Tuning),
                 (MeetingCase.HeldOut, meeting => meeting.Set == MeetingCase.HeldOut),
                 ("adversarial", meeting => meeting.Adversarial),
                 ("all", _ => true),
             })
    {
        var score = meetings.Where(chosen).Select(meeting => Score.Of(meeting, summarize(meeting.Transcript))).Aggregate((one, other) => one + other);
        Console.WriteLine(
            $"{(set == MeetingCase.Tuning ? name : ""),-24} {score.Precision,10:0.00} {score.Recall,7:0.00} {score.ActionsFound,7} {score.WrongAssignees,6} {$"{score.DuesRight}/{score.DuesExpected}",7} {score.WrongDues,8} {score.Invented,9} " +
            $"{score.DecisionPrecision,8:0.00} {score.DecisionRecall,7:0.00} {score.Evidence,9:0%}  {set}");
        if (set == MeetingCase.Tuning && name == "rules" && args.Contains("--show")) foreach (var remark in score.Remarks) Console.WriteLine("    " + remark);
    }
}

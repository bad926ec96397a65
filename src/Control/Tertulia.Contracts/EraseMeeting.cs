namespace Tertulia.Contracts;

/// <summary>
/// Deletes what a service keeps of a meeting outside of the database and the store of files. Registered with the server, and called once
/// a meeting was deleted, then again for a day: it has to bear being called for what is gone already.
/// </summary>
public delegate Task EraseMeeting(string meetingId, CancellationToken cancellation);
